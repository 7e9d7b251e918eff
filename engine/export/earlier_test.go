package export

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/smallccwc/chronosync/engine/session"
)

// An archive that grows, renames and shrinks gives the same file whether or not
// the file before is made use of.
func TestEarlierChangesNothing(t *testing.T) {
	for seed := range uint64(40) {
		r := rand.New(rand.NewPCG(seed, 7))
		a := conversation(12, 8, 10)
		for i := range a.chats {
			a.chats[i].session.Revision, a.chats[i].session.Rewritten = 1, 1
		}
		opt := Options{JSONBytes: int64(2_000 + r.IntN(20_000)), MessagesPerSession: 1 + r.IntN(9)}
		var earlier *Earlier
		reused := 0
		for revision := int64(1); revision < 20; revision++ {
			plain, err := JSON(t.Context(), a, opt)
			if err != nil {
				t.Fatal(err)
			}
			with := opt
			with.Earlier = earlier
			fast, err := JSON(t.Context(), a, with)
			if err != nil {
				t.Fatal(err)
			}
			if got, want := written(t, fast), written(t, plain); got != want {
				t.Fatalf("seed %d, revision %d: got\n%s\nwant\n%s", seed, revision, got, want)
			}
			if earlier = TakeApart([]byte(written(t, fast)), fast.Digest(), revision); earlier == nil {
				t.Fatalf("seed %d, revision %d: the file is not recognised", seed, revision)
			}
			reused += len(earlier.texts)
			change(r, &a, revision+1)
		}
		if reused == 0 {
			t.Errorf("seed %d: nothing was reused", seed)
		}
	}
}

// change does something to a few sessions.
func change(r *rand.Rand, a *fixture, revision int64) {
	hostile := []string{`","session_ids":`, "\n]}", "\n{\"agent\":\"x\"", `"sessions":[`, "你好", strings.Repeat("x", 4000)}
	for range 1 + r.IntN(3) {
		c := &a.chats[r.IntN(len(a.chats))]
		c.session.Revision = revision
		switch r.IntN(6) {
		case 0:
			c.session.Title = hostile[r.IntN(len(hostile))]
		case 1:
			c.session.Rewritten = revision
			c.messages = c.messages[:len(c.messages)/2]
		case 2:
			c.session.Rewritten = revision
			c.session.Channel = []string{"telegram", "webchat"}[r.IntN(2)]
		default:
			c.session.Updated = noon.Add(time.Duration(revision) * time.Hour)
			c.messages = append(c.messages, session.Message{
				ID: fmt.Sprint(revision), Role: session.RoleUser, Text: hostile[r.IntN(len(hostile))], Time: c.session.Updated,
			})
		}
	}
	slices.SortStableFunc(a.chats, func(x, y chat) int { return y.session.Updated.Compare(x.session.Updated) })
}

func written(t *testing.T, f *File) string {
	t.Helper()
	var b strings.Builder
	if err := f.Write(&b, synced); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// A file that anybody else wrote in is not made use of.
func TestTakeApartRefuses(t *testing.T) {
	f, err := JSON(t.Context(), sample(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	good := written(t, f)
	for name, file := range map[string]string{
		"another letter": strings.Replace(good, "Ann", "Amn", 1),
		"cut":            good[:len(good)-1],
		"grown":          good + " ",
		"no sessions":    jsonHead,
		"empty":          "",
	} {
		if TakeApart([]byte(file), f.Digest(), 1) != nil {
			t.Errorf("%s: it was taken", name)
		}
	}
	if TakeApart([]byte(good), f.Digest(), 1) == nil {
		t.Error("the file itself was refused")
	}
}

func FuzzTakeApart(f *testing.F) {
	file, err := JSON(f.Context(), sample(), Options{})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(string(file.head) + jsonStamp(synced) + string(bytes.Join(file.tail, nil)))
	f.Add(jsonHead + sessionsOpen + "\n{\"agent\":")
	f.Fuzz(func(t *testing.T, text string) {
		e := TakeApart([]byte(text), digestOf(text), 1)
		if e == nil {
			return
		}
		for name, session := range e.texts {
			if !strings.HasPrefix(string(session), name) || !strings.Contains(text, string(session)) {
				t.Errorf("%q is not of the file", session)
			}
		}
	})
}

// digestOf is the digest that a file of any content would have.
func digestOf(text string) string {
	at := strings.Index(text, sessionsOpen)
	if at < 0 {
		return ""
	}
	return (&File{head: []byte(jsonHead), tail: [][]byte{[]byte(text[at:])}}).Digest()
}
