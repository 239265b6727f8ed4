package outbox

import (
	"cmp"
	"io/fs"
	"slices"
	"strings"
)

// recover reads the folder as a crash may have left it.
func (o *Outbox) recover() error {
	var err error
	if o.chain, err = readChain(o.root); err != nil {
		return err
	}
	entries, err := fs.ReadDir(o.root.FS(), ".")
	if err != nil {
		return err
	}
	var logs []uint64
	for _, entry := range entries {
		info, err := entry.Info()
		if err != nil {
			return err
		}
		number, kind := parseName(entry.Name())
		switch kind {
		case kindLog:
			logs = append(logs, number)
		case kindBatch:
			o.waiting = append(o.waiting, parcel{number, info.Size()})
		case kindRejected:
			o.aside = append(o.aside, parcel{number, info.Size()})
		case kindOther:
			if strings.HasSuffix(entry.Name(), ".new") {
				err = o.root.Remove(entry.Name())
			}
		}
		if err != nil {
			return err
		}
	}
	byNumber := func(a, b parcel) int { return cmp.Compare(a.number, b.number) }
	slices.SortFunc(o.waiting, byNumber)
	slices.SortFunc(o.aside, byNumber)
	if err := o.catchUp(); err != nil {
		return err
	}
	slices.Sort(logs)
	for _, number := range logs {
		if err := o.recoverLog(number); err != nil {
			return err
		}
	}
	return nil
}

// catchUp brings the chain up to batches that were written just before a crash.
func (o *Outbox) catchUp() error {
	for _, p := range o.aside {
		o.chain.Next = max(o.chain.Next, p.number+1)
	}
	for _, p := range o.waiting {
		if p.number < o.chain.Next {
			continue
		}
		batch, header, err := o.load(p.number)
		if err != nil {
			o.chain.Next = p.number + 1 // Oldest sets it aside when its turn comes
			continue
		}
		o.chain.extend(batch.Key, p.number, batch.ID, header)
	}
	return nil
}

// recoverLog makes a batch of a log that an earlier process left, unless it had done so already.
func (o *Outbox) recoverLog(number uint64) error {
	if number >= o.chain.Next {
		return o.sealLog(number)
	}
	o.removeLog(number)
	return nil
}
