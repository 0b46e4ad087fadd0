# serveur.py : attend un client et affiche ce qu'il envoie.
#
# Lancez-le dans un terminal :   python3 serveur.py
# puis, dans un autre terminal : python3 client.py
import socket

HOTE = "localhost"  # cette machine, et elle seule
PORT = 12345        # le numéro que le client devra connaître
TAILLE = 1024       # au plus 1024 octets lus à la fois

# Un socket TCP sur IPv4 : le noyau nous rend un descripteur.
serveur = socket.socket(socket.AF_INET, socket.SOCK_STREAM)

# Réserver le port, puis l'ouvrir aux appels (1 : la file d'attente).
serveur.bind((HOTE, PORT))
serveur.listen(1)
print("[Serveur] En attente de connexion...")

# accept() dort jusqu'au premier appel. Il rend un second socket, pour ce
# client seulement ; le premier continue d'écouter.
connexion, adresse = serveur.accept()
print(f"[Serveur] Connexion de {adresse}")

# Lire, afficher, recommencer, jusqu'au mot « exit » (EXIT, Exit…).
while True:
    message = connexion.recv(TAILLE).decode()
    if message.lower() == "exit":
        print("[Serveur] Fin de la communication.")
        break
    print(f"[Client] {message}")

# Rendre les deux sockets au noyau.
connexion.close()
serveur.close()
