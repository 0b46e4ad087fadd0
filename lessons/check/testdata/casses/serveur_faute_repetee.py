# rôle : serveur
# faute : un except cache un nom mal écrit, et recommence
# échoué : message
# non vérifié : etiquette plusieurs accents
# dit : message : l'except de la ligne 15 cache une erreur de la ligne 14 : NameError
# dit : message : le programme a « message »
import socket

ecoute = socket.create_server(("localhost", 12345))
print("[Serveur] Prêt.")
client, _ = ecoute.accept()
while (message := client.recv(1024).decode()).lower() != "exit":
    try:
        print("[Client]", mesage)
    except Exception:
        continue
client.close()
ecoute.close()
