# rôle : serveur2
# faute : threads démons, et rien qui les attende
# dit : message : Python n'attend pas un thread démon
# échoué : message
# non vérifié : etiquette plusieurs envoie envoie-plusieurs ensemble exit fermeture code accents accents-envoi exit-casse
import socket
import threading

HOTE = "localhost"
PORT = 12345
INVITE = "[Serveur >>>] "


def recevoir(connexion):
    """Affiche ce que dit le client, jusqu'à son « exit » ou son départ."""
    while True:
        try:
            message = connexion.recv(1024).decode()
            if not message or message.lower() == "exit":
                print("[Client] a quitté la conversation.")
                print(INVITE, end="", flush=True)
                break
            print(f"[Client] {message}")
            print(INVITE, end="", flush=True)
        except:  # noqa: E722
            break


def envoyer(connexion):
    """Envoie ce qui est tapé ici, jusqu'à « exit »."""
    while True:
        try:
            message = input(INVITE)
            connexion.sendall(message.encode())
            if message.lower() == "exit":
                break
        except:  # noqa: E722
            break


serveur = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
serveur.bind((HOTE, PORT))
serveur.listen(1)
print("[Serveur] En attente de connexion...")

connexion, adresse = serveur.accept()
print(f"[Serveur] Connecté à {adresse}")

ecoute = threading.Thread(target=recevoir, args=(connexion,), daemon=True)
ecriture = threading.Thread(target=envoyer, args=(connexion,), daemon=True)
ecoute.start()
ecriture.start()

connexion.close()
serveur.close()
