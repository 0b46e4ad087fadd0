package runner

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"golang.org/x/sys/unix"

	"labo/probe/files"
)

// When labo and its guard are killed together, the groups that they made stay,
// empty. A record, a locked file named after the house, stands for as long as
// there may be any: whoever finds one that nobody holds knows whose groups they
// were.

const (
	recordFolder = "groupes"
	recordSuffix = ".lock"
)

// record is that of this labo; held is nil while there is none.
var record struct {
	sync.Mutex
	path string
	held *os.File
}

// groupsOf are the groups of a house: five digits of a mark are its own.
func groupsOf(house string) groups {
	if len(house) <= 5 {
		return nil
	}
	return groupsLike("labo-" + house[:len(house)-5] + "*")
}

// remember makes the record of this labo, and removes what others left. It reports
// whether groups may be made: none without a record.
func remember() bool {
	record.Lock()
	defer record.Unlock()
	if record.held != nil {
		return true
	}
	may := false
	for _, parent := range groupParents() {
		may = may || unix.Access(parent, unix.W_OK) == nil
	}
	for _, place := range files.Places() {
		dir := filepath.Join(place, recordFolder)
		if !may || files.Private(dir) != nil {
			continue
		}
		forgetOthers(dir)
		path := filepath.Join(dir, fmt.Sprintf("%x", house)+recordSuffix)
		if held, err := files.Take(path, time.Now()); err == nil && held != nil {
			record.path, record.held = path, held
			return true
		}
	}
	return false
}

// forget removes the record, once no group is left.
func forget() {
	record.Lock()
	defer record.Unlock()
	if record.held != nil && len(groupsOf(fmt.Sprintf("%x", house))) == 0 {
		os.Remove(record.path)
		record.held.Close()
		record.held = nil
	}
}

// forgetOthers removes the groups that the records of dir name, where nobody holds
// them, and then those records. The kernel keeps a group with a process in it.
func forgetOthers(dir string) {
	records, _ := filepath.Glob(filepath.Join(dir, "*"+recordSuffix))
	for _, path := range records {
		lock, err := files.Inherit(path)
		if err != nil {
			continue
		}
		of := strings.TrimSuffix(filepath.Base(path), recordSuffix)
		if groupsOf(of).remove(); len(groupsOf(of)) == 0 {
			os.Remove(path)
		}
		lock.Close()
	}
}
