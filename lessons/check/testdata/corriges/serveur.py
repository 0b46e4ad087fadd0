# A server that meets every challenge: one thread, several clients.
import codecs
import selectors
import socket
import time

SILENCE = 0.2  # s: text without a line end is a message after that


class Client:
    def __init__(self, connexion):
        self.connexion = connexion
        self.decodeur = codecs.getincrementaldecoder("utf-8")("replace")
        self.texte = ""
        self.depuis = 0.0


def messages(client, donnees):
    client.texte += client.decodeur.decode(donnees)
    client.depuis = time.monotonic()
    *lignes, client.texte = client.texte.split("\n")
    return [ligne.rstrip("\r") for ligne in lignes]


def entier(client):
    """The text that waits, once nothing more comes and no character is cut."""
    if client.texte and not client.decodeur.getstate()[0]:
        if time.monotonic() - client.depuis >= SILENCE:
            texte, client.texte = client.texte, ""
            return [texte]
    return []


def main():
    ecoute = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    ecoute.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    ecoute.bind(("localhost", 12345))
    ecoute.listen(5)
    print("[Serveur] En attente de connexion...")
    choix = selectors.DefaultSelector()
    choix.register(ecoute, selectors.EVENT_READ)
    clients = {}

    def partir(client):
        choix.unregister(client.connexion)
        client.connexion.close()
        del clients[client.connexion]

    def traiter(client, recus):
        for message in recus:
            if message.startswith("GET ") and "HTTP/" in message:
                corps = "Ici, un serveur de messages, pas un site.\n".encode()
                tete = f"HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: {len(corps)}\r\nConnection: close\r\n\r\n"
                client.connexion.sendall(tete.encode() + corps)
                partir(client)
                return True
            if message.lower() == "exit":
                print("[Serveur] Fin de la communication.")
                return False
            print(f"[Client] {message}")
        return True

    tourne = True
    while tourne:
        attend = any(c.texte for c in clients.values())
        for cle, _ in choix.select(SILENCE / 2 if attend else None):
            if cle.fileobj is ecoute:
                connexion, adresse = ecoute.accept()
                print(f"[Serveur] Connexion de {adresse}")
                clients[connexion] = Client(connexion)
                choix.register(connexion, selectors.EVENT_READ)
                continue
            client = clients[cle.fileobj]
            try:
                donnees = client.connexion.recv(1024)
            except OSError:
                donnees = b""
            if not donnees:
                print("[Serveur] Un client est parti.")
                partir(client)
            elif not traiter(client, messages(client, donnees)):
                tourne = False
                break
        for client in list(clients.values()):
            if tourne and not traiter(client, entier(client)):
                tourne = False
    for client in list(clients.values()):
        partir(client)
    choix.close()
    ecoute.close()


main()
