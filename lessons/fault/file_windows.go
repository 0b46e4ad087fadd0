package fault

import "golang.org/x/sys/windows"

func init() { diskFull = append(diskFull, windows.ERROR_DISK_FULL, windows.ERROR_HANDLE_DISK_FULL) }
