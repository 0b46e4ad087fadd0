# rôle : serveur
# faute : rien : numérote ses clients
# échoué :
# non vérifié :
# dit : etiquette : l'étiquette est « [Client 1] »
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
    print("[Client 1]", mot)
client.close()
ecoute.close()
