package room

func holdNode(string) {}
