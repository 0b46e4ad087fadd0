package probe

import (
	"context"
	"sync/atomic"
	"unsafe"

	gnet "github.com/shirou/gopsutil/v3/net"
	"golang.org/x/sys/windows"
)

func init() {
	listTCP = func(context.Context, int32) ([]gnet.ConnectionStat, error) { return tcpTables(getTCPTable) }
	listsAll = true
	parents = snapParents
	openFDs = func(_ context.Context, pid int) Maybe[int] { return handleCount(uint32(pid)) }
}

var (
	extendedTCPTable   = windows.NewLazySystemDLL("iphlpapi.dll").NewProc("GetExtendedTcpTable")
	processHandleCount = windows.NewLazySystemDLL("kernel32.dll").NewProc("GetProcessHandleCount")
)

// tcpTableSize is how large a table was last time, with room for more, in bytes:
// gopsutil asks for it, and for the table, of each family (GetExtendedTcpTable
// walks all sockets each time).
var tcpTableSize atomic.Uint32

// tcpTables returns the rows of both families, each asked for once where no
// table has outgrown the last one.
func tcpTables(ask func(family Family, b []byte, size *uint32) error) ([]gnet.ConnectionStat, error) {
	var rows []gnet.ConnectionStat
	for _, family := range []Family{TCP4, TCP6} {
		size := max(tcpTableSize.Load(), 32<<10)
		for {
			b := make([]byte, size)
			err := ask(family, b, &size)
			if err == nil {
				rows = append(rows, parseTCPTable(b, family)...)
				break
			}
			if err != windows.ERROR_INSUFFICIENT_BUFFER || size > 1<<28 {
				return nil, err
			}
			size += size/4 + 1024
			tcpTableSize.Store(size)
		}
	}
	return rows, nil
}

// getTCPTable is GetExtendedTcpTable (iphlpapi.h) of a family, with the owners.
func getTCPTable(family Family, b []byte, size *uint32) error {
	const tcpTableOwnerPIDAll = 5
	af := uintptr(windows.AF_INET)
	if family == TCP6 {
		af = windows.AF_INET6
	}
	code, _, _ := extendedTCPTable.Call(uintptr(unsafe.Pointer(&b[0])), uintptr(unsafe.Pointer(size)), 0, af, tcpTableOwnerPIDAll, 0)
	if code != 0 {
		return windows.Errno(code)
	}
	return nil
}

// snapParents is parents by one picture of all processes; gopsutil takes one for
// each process.
func snapParents(context.Context) (map[int]int, error) {
	snap, err := windows.CreateToolhelp32Snapshot(windows.TH32CS_SNAPPROCESS, 0)
	if err != nil {
		return nil, err
	}
	defer windows.CloseHandle(snap)
	all := map[int]int{}
	entry := windows.ProcessEntry32{Size: uint32(unsafe.Sizeof(windows.ProcessEntry32{}))}
	for err = windows.Process32First(snap, &entry); err == nil; err = windows.Process32Next(snap, &entry) {
		all[int(entry.ProcessID)] = int(entry.ParentProcessID)
	}
	if len(all) == 0 {
		return nil, err
	}
	return all, nil
}

// handleCount is GetProcessHandleCount (processthreadsapi.h): sockets and files,
// and much else. None is no answer.
func handleCount(pid uint32) Maybe[int] {
	process, err := windows.OpenProcess(windows.PROCESS_QUERY_LIMITED_INFORMATION, false, pid)
	if err != nil {
		return Maybe[int]{}
	}
	defer windows.CloseHandle(process)
	var n uint32
	ok, _, _ := processHandleCount.Call(uintptr(process), uintptr(unsafe.Pointer(&n)))
	if ok == 0 || n == 0 {
		return Maybe[int]{}
	}
	return Known(int(n))
}
