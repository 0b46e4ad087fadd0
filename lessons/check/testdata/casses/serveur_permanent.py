# rôle : serveur
# faute : exit finit la conversation, pas le programme
# échoué : exit
# non vérifié : fermeture code exit-casse
# dit : exit : il a bien fermé la connexion, mais tourne encore
# dit : exit : attend le client suivant : accept(), ligne 14
import socket

ecoute = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
ecoute.bind(("localhost", 12345))
ecoute.listen(1)
print("[Serveur] Prêt.")
while True:
    client, _ = ecoute.accept()
    with client:
        while mot := client.recv(1024).decode():
            if mot.lower() == "exit":
                break
            print("[Client]", mot)
