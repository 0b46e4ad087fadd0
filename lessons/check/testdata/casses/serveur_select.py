# rôle : serveur
# faute : ne surveille que le socket qui écoute
# échoué : message
# non vérifié : etiquette plusieurs exit fermeture code accents exit-casse
# dit : message : attend un second client : select(), ligne 14
import select
import socket

ecoute = socket.create_server(("localhost", 12345))
print("[Serveur] Prêt.")
client, _ = ecoute.accept()
mot = ""
while mot.lower() != "exit":
    select.select([ecoute], [], [])
    mot = client.recv(1024).decode()
    print("[Client]", mot)
client.close()
ecoute.close()
