package probe

import (
	"context"
	"encoding/binary"
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

// tcpTableSize is how large a table may be, in bytes, grown by what the system said
// of one that did not fit: gopsutil asks for the size, and for the table, of each
// family (GetExtendedTcpTable walks all sockets each time).
var tcpTableSize atomic.Uint32

func init() { tcpTableSize.Store(256 << 10) } // 10 000 sockets of IPv4, 4 600 of IPv6

// askTable fills b with the table of a family, or says how large it is.
type askTable func(family Family, class uintptr, b []byte, size *uint32) error

// The classes of a table (TCP_TABLE_CLASS of iprtrmib.h).
const (
	tableBasic  = 2 // TCP_TABLE_BASIC_ALL
	tableOwners = 5 // TCP_TABLE_OWNER_PID_ALL
)

// tcpTables returns the rows of both families, each asked for once unless a table
// has outgrown the last one. Owners are dear (wine looks for those of both families
// each time, a second for a thousand sockets): where IPv6 has no socket, as a table
// without owners tells for a twentieth of that, they are not asked for again.
func tcpTables(ask askTable) ([]gnet.ConnectionStat, error) {
	rows, err := tcpTable(TCP4, ask)
	none := make([]byte, 64) // bytes: the number of rows, and one row
	size := uint32(len(none))
	if err != nil || ask(TCP6, tableBasic, none, &size) == nil && binary.LittleEndian.Uint32(none) == 0 {
		return rows, err
	}
	others, err := tcpTable(TCP6, ask)
	return append(rows, others...), err
}

func tcpTable(family Family, ask askTable) ([]gnet.ConnectionStat, error) {
	for size := tcpTableSize.Load(); ; {
		b := make([]byte, size)
		err := ask(family, tableOwners, b, &size)
		if err == nil {
			return parseTCPTable(b, family), nil
		}
		if err != windows.ERROR_INSUFFICIENT_BUFFER || size > 1<<28 {
			return nil, err
		}
		size += size/4 + 1024
		tcpTableSize.Store(size)
	}
}

// getTCPTable is GetExtendedTcpTable (iphlpapi.h).
func getTCPTable(family Family, class uintptr, b []byte, size *uint32) error {
	af := uintptr(windows.AF_INET)
	if family == TCP6 {
		af = windows.AF_INET6
	}
	code, _, _ := extendedTCPTable.Call(uintptr(unsafe.Pointer(&b[0])), uintptr(unsafe.Pointer(size)), 0, af, class, 0)
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
