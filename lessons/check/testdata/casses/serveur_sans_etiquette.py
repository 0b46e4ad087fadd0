# rôle : serveur
# faute : affiche le message seul
# échoué : etiquette
# non vérifié :
import socket

HOTE = "localhost"
PORT = 12345
TAILLE = 1024

serveur = socket.socket(socket.AF_INET, socket.SOCK_STREAM)

serveur.bind((HOTE, PORT))
serveur.listen(1)
print("[Serveur] En attente de connexion...")

connexion, adresse = serveur.accept()
print(f"[Serveur] Connexion de {adresse}")

while True:
    message = connexion.recv(TAILLE).decode()
    if message.lower() == "exit":
        print("[Serveur] Fin de la communication.")
        break
    print(f"{message}")

connexion.close()
serveur.close()
