# rôle : serveur
# faute : n'écoute que sur l'adresse IPv6
# échoué : accepte
# non vérifié : message etiquette plusieurs exit fermeture code accents exit-casse
# dit : accepte : n'écoute que sur [::1]:12345
import socket

ecoute = socket.socket(socket.AF_INET6, socket.SOCK_STREAM)
ecoute.bind(("::1", 12345))
ecoute.listen(1)
print("[Serveur] Prêt.")
client, _ = ecoute.accept()
while True:
    mot = client.recv(1024).decode()
    if mot.lower() == "exit":
        break
    print("[Client]", mot)
client.close()
ecoute.close()
