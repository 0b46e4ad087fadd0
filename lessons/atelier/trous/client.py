# client.py : se connecte au serveur et lui envoie ce que vous tapez.
#
# Chaque « À VOUS » est une ligne, ou deux, à écrire juste dessous. La fiche
# montre les appels ; labo dit ce que le noyau en a vu : labo etape 2
import socket

HOTE = "localhost"  # le serveur est sur cette machine
PORT = 12345        # le même numéro que dans serveur.py

# À VOUS 1 : demandez au noyau un socket TCP sur IPv4, et nommez-le
#            « client ».
#1-=client = socket.socket(socket.AF_INET, socket.SOCK_STREAM)

# À VOUS 2 : appelez le serveur, au couple (HOTE, PORT), puis affichez
#            « [Client] Connecté au serveur. Tapez vos messages : ».
#2-=client.connect((HOTE, PORT))
#2-=print("[Client] Connecté au serveur. Tapez vos messages :")

# À VOUS 3 : lisez une ligne au clavier, avec l'invite « >>> », nommez-la
#            « message », et envoyez-la toute au serveur, en octets.
#3-3=message = input(">>> ")
#3-3=client.sendall(message.encode())

# À VOUS 4 : mettez vos deux lignes du trou 3 dans une boucle sans fin.
#4-=while True:
#4-=    message = input(">>> ")
#4-=    client.sendall(message.encode())

# À VOUS 5 : dans la boucle, après l'envoi, si le message est « exit » (ou
#            EXIT, ou Exit), sortez.
#5-=    if message.lower() == "exit":
#5-=        break

# À VOUS 6 : après la boucle, rendez le socket au noyau.
#6-=client.close()
