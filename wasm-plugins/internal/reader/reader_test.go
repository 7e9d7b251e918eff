package reader_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/smallccwc/chronosync/sdk"
	"github.com/smallccwc/chronosync/wasm-plugins/internal/reader"
	"github.com/smallccwc/chronosync/wasm-plugins/knowledge"
	"github.com/smallccwc/chronosync/wasm-plugins/todo"
)

func newReader(t *testing.T) *reader.Reader {
	t.Helper()
	r, err := reader.New()
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// batches are such that each differs from the one before in one thing that
// changes what is found, or where.
func batches() []sdk.Batch {
	first := sdk.Message{ID: "3f2a8c1e:1", Role: "user", Time: 1773461489776, Offset: 8 * 3600, Origin: "owner", Text: "We decided to ship on Thursday instead of Friday. 记得明天给客户回电话。"}
	edit := func(change func(m *sdk.Message)) sdk.Batch {
		m := first
		change(&m)
		return sdk.Batch{Messages: []sdk.Message{m}}
	}
	none := edit(func(*sdk.Message) {})
	later := none
	later.State = []byte("of another version")
	return []sdk.Batch{
		none,
		edit(func(m *sdk.Message) { m.ID = "3f2a8c1e:2" }),
		edit(func(m *sdk.Message) { m.Time += 3 * 24 * 3600 * 1000 }),
		edit(func(m *sdk.Message) { m.Origin = "external" }),
		edit(func(m *sdk.Message) { m.Text = strings.Replace(m.Text, "明天", "后天", 1) }),
		edit(func(m *sdk.Message) { m.Text += "就这样吧" }),
		edit(func(m *sdk.Message) { m.Text = m.Text[:len(m.Text)-3] + "吗" }),
		later,
		{},
	}
}

// TestSharedReading: a plugin finds what it would find alone, whoever was asked
// before and whatever the batch before was.
func TestSharedReading(t *testing.T) {
	r := newReader(t)
	together := []sdk.Plugin{knowledge.Plugin(r), todo.Plugin(r)}
	found := map[string]int{}
	for i, batch := range batches() {
		alone := []sdk.Plugin{knowledge.Plugin(newReader(t)), todo.Plugin(newReader(t))}
		for n := range together {
			got, err := sdk.Run(together[n], batch)
			want, wantErr := sdk.Run(alone[n], batch)
			if !reflect.DeepEqual(got, want) || (err == nil) != (wantErr == nil) {
				t.Errorf("batch %d, %s: %+v, %v, want %+v, %v", i, together[n].Manifest().Name, got, err, want, wantErr)
			}
			found[together[n].Manifest().Name] += len(got)
		}
	}
	if found["knowledge"] == 0 || found["todo"] == 0 {
		t.Errorf("found are %v, so nothing is compared", found)
	}
	t.Log(found)
}
