# serveur2.py : une conversation dans les deux sens, côté serveur.
#
# recv() et input() attendent chacun de leur côté. Pour attendre les deux à
# la fois, il faut deux threads : un qui écoute, un qui écrit.
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


# Ouvrir le port et attendre un client, comme dans serveur.py.
serveur = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
serveur.bind((HOTE, PORT))
serveur.listen(1)
print("[Serveur] En attente de connexion...")

connexion, adresse = serveur.accept()
print(f"[Serveur] Connecté à {adresse}")

# Un thread par sens. start() les lance, join() attend leur fin.
ecoute = threading.Thread(target=recevoir, args=(connexion,))
ecriture = threading.Thread(target=envoyer, args=(connexion,))
ecoute.start()
ecriture.start()
ecoute.join()
ecriture.join()

# Les deux côtés ont dit « exit » : rendre les sockets.
connexion.close()
serveur.close()
