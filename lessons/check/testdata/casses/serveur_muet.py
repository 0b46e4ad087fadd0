# rôle : serveur
# faute : n'annonce rien avant le premier client
# échoué : annonce
# non vérifié :
import socket

HOTE = "localhost"
PORT = 12345
TAILLE = 1024

serveur = socket.socket(socket.AF_INET, socket.SOCK_STREAM)

serveur.bind((HOTE, PORT))
serveur.listen(1)

connexion, adresse = serveur.accept()
print(f"[Serveur] Connexion de {adresse}")

while True:
    message = connexion.recv(TAILLE).decode()
    if message.lower() == "exit":
        print("[Serveur] Fin de la communication.")
        break
    print(f"[Client] {message}")

connexion.close()
serveur.close()
