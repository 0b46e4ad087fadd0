# rôle : serveur
# faute : ne supporte pas trois secondes de silence
# échoué : plusieurs
# non vérifié : exit fermeture code exit-casse
# dit : plusieurs : TimeoutError
# dit : plusieurs : settimeout() donne un délai
import socket

ecoute = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
ecoute.bind(("localhost", 12345))
ecoute.listen(1)
print("[Serveur] Prêt.")
client, _ = ecoute.accept()
client.settimeout(1.5)
while True:
    mot = client.recv(1024).decode()
    if mot.lower() == "exit":
        break
    print("[Client]", mot)
client.close()
ecoute.close()
