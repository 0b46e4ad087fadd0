# rôle : client2
# faute : threads démons, et rien qui les attende
# dit : message : Python n'attend pas un thread démon
# échoué : message
# non vérifié : etiquette plusieurs envoie envoie-plusieurs ensemble exit fermeture code accents accents-envoi exit-casse
import socket
import threading

HOTE = "localhost"
PORT = 12345
INVITE = "[Client >>>] "


def recevoir(sock):
    """Affiche ce que dit le serveur, jusqu'à son « exit »."""
    while True:
        message = sock.recv(1024).decode()
        if message.lower() == "exit":
            print("[Serveur] a quitté la conversation.")
            print(INVITE, end="", flush=True)
            break
        print(f"[Serveur] {message}")
        print(INVITE, end="", flush=True)


def envoyer(sock):
    """Envoie ce qui est tapé ici, jusqu'à « exit »."""
    while True:
        message = input(INVITE)
        sock.sendall(message.encode())
        if message.lower() == "exit":
            break


client = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
client.connect((HOTE, PORT))
print("[Client] Connecté au serveur.")

ecoute = threading.Thread(target=recevoir, args=(client,), daemon=True)
ecriture = threading.Thread(target=envoyer, args=(client,), daemon=True)
ecoute.start()
ecriture.start()

client.close()
