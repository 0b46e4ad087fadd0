# rôle : serveur
# faute : rien : un thread par client, et exit ne finit que sa conversation
# échoué :
# non vérifié : fermeture code
# dit : exit : sert d'autres clients en même temps
# dit : code : sert d'autres clients
import socket
import threading

ecoute = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
ecoute.bind(("localhost", 12345))
ecoute.listen(1)
print("[Serveur] Prêt.")


def servir(client):
    with client:
        while (mot := client.recv(1024).decode()).lower() not in ("", "exit"):
            print("[Client]", mot)


while True:
    threading.Thread(target=servir, args=(ecoute.accept()[0],)).start()
