# rôle : serveur
# faute : rien : asyncio, et des lignes
# échoué :
# non vérifié :
# dit : message : il attend la fin de la ligne
import asyncio


async def main():
    fini = asyncio.Event()

    async def servir(lit, ecrit):
        async for ligne in lit:
            if ligne.decode().strip().lower() == "exit":
                break
            print("[Client]", ligne.decode().strip())
        ecrit.close()
        fini.set()

    async with await asyncio.start_server(servir, "localhost", 12345):
        print("[Serveur] Prêt.")
        await fini.wait()


asyncio.run(main())
