package abi

import (
	"bytes"
	"reflect"
	"strings"
	"testing"
	"unsafe"
)

// TestEqual holds the comparison by many bytes to that of the language.
func TestEqual(t *testing.T) {
	text := strings.Repeat("用 PostgreSQL 16，明天上线", 4)
	for n := range len(text) + 1 {
		a := text[:n]
		if !equal(a, strings.Clone(a)) || equal(a, a+"x") || equal(a+"x", a) {
			t.Fatalf("%q", a)
		}
		for i := range n {
			b := []byte(a)
			b[i] ^= 1
			if equal(a, string(b)) {
				t.Fatalf("%q equals %q", a, b)
			}
		}
	}
}

// TestReader reads batches from one place in memory, as a guest does: each has to
// come out as if it were the only one, and to stay as it is.
func TestReader(t *testing.T) {
	changed := func(change func(*Batch)) Batch {
		batch := sample()
		change(&batch)
		return batch
	}
	batches := []Batch{
		sample(),
		changed(func(b *Batch) { b.Plugin, b.State = "other", []byte("its own, and longer") }),
		changed(func(b *Batch) { b.Session.Key = "another" }),
		changed(func(b *Batch) { b.Messages[0].Text = strings.ToUpper(b.Messages[0].Text) }),
		changed(func(b *Batch) { b.Messages[1].Offset++ }),
		changed(func(b *Batch) { b.Messages = b.Messages[:1] }),
		{},
		sample(),
		sample(),
	}
	var r Reader
	var got []Batch
	room := make([]byte, 1<<12)
	for _, batch := range batches {
		b := batch.Append(room[:0])
		read, err := r.Read(unsafe.String(unsafe.SliceData(b), len(b)))
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, read)
		clear(room)
	}
	if !reflect.DeepEqual(got, batches) {
		t.Errorf("%+v, want %+v", got, batches)
	}
	last := len(got) - 1
	got[last-1].Messages[0].Text = "written over by a plugin"
	if !reflect.DeepEqual(got[last], sample()) {
		t.Error("a plugin changed what the next one is shown")
	}
}

// FuzzReader holds what is read after another batch to what is read alone.
func FuzzReader(f *testing.F) {
	one := sample().Append(nil)
	f.Add(one, one)
	f.Add(one, one[:len(one)-1])
	f.Add(one, one[:8])
	f.Add(one[:20], one)
	f.Add(Batch{}.Append(nil), one)
	f.Fuzz(func(t *testing.T, before, data []byte) {
		var r Reader
		_, _ = r.Read(string(before))
		got, err := r.Read(string(data))
		want, wantErr := new(Reader).Read(string(data))
		if !reflect.DeepEqual(got, want) || !reflect.DeepEqual(err, wantErr) {
			t.Fatalf("%+v, %v; alone %+v, %v", got, err, want, wantErr)
		}
		if err == nil && !bytes.Equal(got.Append(nil), data) {
			t.Fatalf("%x becomes %x", data, got.Append(nil))
		}
	})
}
