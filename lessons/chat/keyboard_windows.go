package chat

func init() { ctrlCEndsInput = true }
