# rôle : serveur2
# faute : garde un verrou pendant recv()
# échoué : envoie
# non vérifié : envoie-plusieurs ensemble accents-envoi
# dit : envoie : attend le verrou « garde », ligne 27, que tient le thread qui attend des octets : recv(), ligne 20
import socket
import threading

ecoute = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
ecoute.bind(("localhost", 12345))
ecoute.listen(1)
print("[Serveur] Prêt.")
client, _ = ecoute.accept()
garde = threading.Lock()

def lire():
    mot = " "
    while mot and mot.lower() != "exit":
        with garde:
            mot = client.recv(1024).decode()
        print("[Client]", mot)

def ecrire():
    mot = ""
    while mot.lower() != "exit":
        mot = input()
        with garde:
            client.sendall(mot.encode())

fils = [threading.Thread(target=f) for f in (lire, ecrire)]
for fil in fils:
    fil.start()
for fil in fils:
    fil.join()
client.close()
ecoute.close()
