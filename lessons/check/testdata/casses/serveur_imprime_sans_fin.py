# rôle : serveur
# faute : recv() hors de la boucle
# échoué : plusieurs exit
# non vérifié : fermeture code exit-casse
# dit : plusieurs : rien, dans cette boucle, n'attend le suivant (recv)
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

message = connexion.recv(TAILLE).decode()
while True:
    if message.lower() == "exit":
        print("[Serveur] Fin de la communication.")
        break
    print(f"[Client] {message}")

connexion.close()
serveur.close()
