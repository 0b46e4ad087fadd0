# rôle : serveur
# faute : attend en tournant, sans bloquer
# échoué : ecoute
# non vérifié : port annonce accepte message etiquette plusieurs exit fermeture code accents exit-casse
import socket

HOTE = "localhost"
PORT = 12345
TAILLE = 1024

serveur = socket.socket(socket.AF_INET, socket.SOCK_STREAM)

serveur.bind((HOTE, PORT))
serveur.setblocking(False)
print("[Serveur] En attente de connexion...")

while True:
    try:
        connexion, adresse = serveur.accept()
        break
    except OSError:
        pass
print(f"[Serveur] Connexion de {adresse}")

while True:
    message = connexion.recv(TAILLE).decode()
    if message.lower() == "exit":
        print("[Serveur] Fin de la communication.")
        break
    print(f"[Client] {message}")

connexion.close()
serveur.close()
