# serveur.py : attend un client et affiche ce qu'il envoie.
#
# Chaque « À VOUS » est une ligne, ou deux, à écrire juste dessous. La fiche
# montre les appels ; labo dit ce que le noyau en a vu : labo etape 1
import socket

HOTE = "localhost"  # cette machine, et elle seule
PORT = 12345        # le numéro que le client devra connaître
TAILLE = 1024       # au plus 1024 octets lus à la fois

# À VOUS 1 : demandez au noyau un socket TCP sur IPv4, et nommez-le
#            « serveur ».
#1-=serveur = socket.socket(socket.AF_INET, socket.SOCK_STREAM)

# À VOUS 2 : réservez le port, c'est-à-dire liez « serveur » au couple (HOTE,
#            PORT).
#2-=serveur.bind((HOTE, PORT))

# À VOUS 3 : ouvrez le port aux appels (file d'attente : 1), puis affichez
#            « [Serveur] En attente de connexion... ».
#3-=serveur.listen(1)
#3-=print("[Serveur] En attente de connexion...")

# À VOUS 4 : attendez un client, gardez « connexion » et « adresse », puis
#            affichez « [Serveur] Connexion de » et l'adresse.
#4-=connexion, adresse = serveur.accept()
#4-=print(f"[Serveur] Connexion de {adresse}")

# À VOUS 5 : recevez au plus TAILLE octets, faites-en un texte nommé
#            « message », et affichez-le derrière « [Client] ».
#5-5=message = connexion.recv(TAILLE).decode()
#5-5=print(f"[Client] {message}")

# À VOUS 6 : mettez vos deux lignes du trou 5 dans une boucle sans fin, pour
#            que chaque message soit lu.
#6-=while True:
#6-=    message = connexion.recv(TAILLE).decode()

# À VOUS 7 : dans la boucle, avant l'affichage, si le message est « exit » (ou
#            EXIT, ou Exit), dites « [Serveur] Fin de la communication. » et
#            sortez.
#7-=    if message.lower() == "exit":
#7-=        print("[Serveur] Fin de la communication.")
#7-=        break
#6-=    print(f"[Client] {message}")

# À VOUS 8 : après la boucle, rendez les deux sockets au noyau : celui du
#            client, puis celui qui écoute.
#8-=connexion.close()
#8-=serveur.close()
