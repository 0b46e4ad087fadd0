# rôle : serveur
# faute : rien : l'étiquette est en couleur
# échoué :
# non vérifié :
import socket

ecoute = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
ecoute.bind(("localhost", 12345))
ecoute.listen(1)
print("[Serveur] Prêt.")
client, _ = ecoute.accept()
while True:
    mot = client.recv(1024).decode()
    if mot.lower() == "exit":
        break
    print("\033[1;36m[Client]\033[0m", mot)
client.close()
ecoute.close()
