# rôle : serveur
# faute : un except prend toutes les erreurs, et sort de la boucle
# échoué : message
# non vérifié : etiquette plusieurs exit fermeture code accents exit-casse
# dit : message : l'except de la ligne 19 cache une erreur de la ligne 17 : TypeError
import socket

ecoute = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
ecoute.bind(("localhost", 12345))
ecoute.listen(1)
print("[Serveur] Prêt.")
recus = 0
client, _ = ecoute.accept()
while True:
    try:
        mot = client.recv(1024).decode()
        print("[Client] n° " + recus, mot)
        recus += 1
    except:
        print("[Serveur] Fini.")
        break
client.close()
ecoute.close()
