# rôle : serveur
# faute : ferme après chaque message
# échoué : plusieurs
# non vérifié : exit fermeture code exit-casse
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
    print(f"[Client] {message}")
    connexion.close()
    connexion, adresse = serveur.accept()

connexion.close()
serveur.close()
