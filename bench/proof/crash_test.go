package proof

import (
	"bytes"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"
)

// phase is how far a sync was when it was killed, as far as that shows from
// outside.
type phase int

const (
	starting phase = iota // no message archived yet
	reading               // some archived
	allRead               // all archived, shared files not touched
	sharing               // shared files touched
	phases
)

func (p phase) String() string {
	return [...]string{"before the first commit", "while reading", "all read, nothing shared", "while sharing"}[p]
}

// crash is a run of kills. It goes in rounds: a round begins with a wiped home
// or with a state that grew, kills some syncs one after the other, and ends with
// one that completes.
type crash struct {
	*world
	grow   func()
	random *rand.Rand
	reach  map[bool]time.Duration // how long an undisturbed sync takes, by whether home was wiped
	source map[string]string      // the state directory as it has to stay

	kills, rounds, wiped, early int
	deep                        int // how often integrity was checked
	seen                        [phases]int
}

// victim is what a killed sync left.
type victim struct {
	before, after int // messages in the archive
	left          shared
	touched       bool // the output directory
}

// TestCrash: a kill at any moment leaves everything whole, and costs nothing
// but the work that was not committed.
func TestCrash(t *testing.T) {
	w := newWorld(t)
	c := &crash{world: w, random: rand.New(rand.NewPCG(*seed, 1)), reach: map[bool]time.Duration{}}
	c.grow = c.newState()
	t.Logf("seed %d", *seed)
	for _, fresh := range []bool{true, false} {
		c.begin(fresh)
		start := time.Now()
		c.sync()
		c.reach[fresh] = time.Since(start)
	}
	for c.kills < *kills && !t.Failed() {
		c.round()
	}
	c.checkSettled()
	clean := c.with("clean")
	clean.sync()
	if clean.exported() != c.exported() {
		t.Error("the archive is not that of a clean run")
	}
	if clean.shared().timeless() != c.shared().timeless() {
		t.Error("the shared files are not those of a clean run")
	}
	t.Logf("%d kills in %d rounds, home wiped in %d; %d syncs ended before they were killed; integrity checked %d times", c.kills, c.rounds, c.wiped, c.early, c.deep)
	for p, n := range c.seen {
		t.Logf("%5d killed %s", n, phase(p))
	}
	t.Logf("undisturbed: %v from nothing, %v after the state grew", c.reach[true].Round(time.Millisecond), c.reach[false].Round(time.Millisecond))
}

// newState writes the state and returns how it grows.
func (c *crash) newState() (grow func()) {
	if *corpus == "" {
		small := newSmallState(c.t, c.state)
		return func() { small.grow(c.t, 20) }
	}
	const source = "../../../shared/corpus"
	if _, err := os.Stat(source); err != nil {
		c.t.Skip("no generator in ../shared/corpus beside the repository")
	}
	generator := filepath.Join(c.t.TempDir(), executable("corpusgen"))
	must(c.t, build(generator, source))
	generate := func(args ...string) {
		cmd := exec.Command(generator, append([]string{"-out", c.state}, args...)...)
		if out, err := cmd.CombinedOutput(); err != nil {
			c.t.Fatalf("generating a state: %v\n%s", err, out)
		}
	}
	c.set("include_tools: true") // enough text for several commits, each of 8 MiB
	generate("-bytes", *corpus, "-era", "mixed", "-agents", "2")
	return func() { generate("-append", "100", "-append-sessions", "10", "-seed", strconv.Itoa(1000+c.rounds)) }
}

// begin makes something to do for a sync.
func (c *crash) begin(fresh bool) {
	c.t.Helper()
	if fresh {
		must(c.t, os.RemoveAll(c.home))
		if c.random.IntN(2) == 0 {
			must(c.t, os.RemoveAll(c.out))
		}
	} else {
		c.grow()
	}
	c.source = tree(c.t, c.state)
}

// round kills syncs until one completes.
func (c *crash) round() {
	c.t.Helper()
	fresh := c.rounds%3 < 2
	c.rounds++
	if fresh {
		c.wiped++
	}
	c.begin(fresh)
	earlier := c.shared()
	held := c.examine(false)
	var victims []victim
	for c.kills < *kills && !c.t.Failed() {
		out, start := tree(c.t, c.out), time.Now()
		if !c.killWhen(c.due(fresh)) {
			c.early++
			if len(victims) == 0 { // undisturbed; other programs make it differ much
				c.reach[fresh] = time.Since(start)
			}
			break
		}
		v := victim{before: held, after: c.look(), left: c.shared(), touched: difference(out, tree(c.t, c.out)) != ""}
		held = v.after
		victims = append(victims, v)
		if c.random.IntN(4) == 0 {
			break
		}
	}
	c.sync()
	c.checkSettled()
	all := c.examine(false)
	for _, v := range victims {
		v.left.wantEach(c.t, earlier, c.shared())
		c.seen[v.phase(all)]++
	}
}

// due draws when to kill: anywhere, or in the short times in which the archive
// or the shared files are being written.
func (c *crash) due(fresh bool) func() bool {
	watched := []string{"", "", filepath.Join(c.home, "archive.db"), c.out}[(c.kills+c.early)%4]
	if watched == "" {
		at := time.Now().Add(time.Duration(c.random.Float64() * float64(c.reach[fresh])))
		return func() bool { return time.Now().After(at) }
	}
	last, changes := tree(c.t, watched), 1+c.random.IntN(6)
	return func() bool {
		if now := tree(c.t, watched); difference(last, now) != "" {
			last = now
			changes--
		}
		return changes == 0
	}
}

// phase tells how far the victim was, when all is what there is to read.
func (v victim) phase(all int) phase {
	switch {
	case v.touched:
		return sharing
	case v.after == all:
		return allRead
	case v.after == v.before:
		return starting
	}
	return reading
}

// killWhen starts a sync and kills it when it is due. It reports false when
// the sync was done before.
func (c *crash) killWhen(due func() bool) (killed bool) {
	c.t.Helper()
	cmd := c.command("sync", "--json")
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	must(c.t, cmd.Start())
	ended := make(chan struct{})
	go func() { cmd.Wait(); close(ended) }()
	tick := time.NewTicker(500 * time.Microsecond)
	defer tick.Stop()
	for running := true; running; {
		select {
		case <-tick.C:
			if due() {
				killed = cmd.Process.Kill() == nil
				<-ended
				running = false
			}
		case <-ended:
			running = false
		}
	}
	if cmd.ProcessState.Success() {
		return false
	}
	if !killed {
		c.t.Fatalf("sync ended with %v: %s", cmd.ProcessState, brief(said.String()))
	}
	c.kills++
	return true
}

// look checks what a kill left and returns how many messages are archived.
func (c *crash) look() (messages int) {
	c.t.Helper()
	if err := c.shared().check(); err != nil {
		c.t.Error(err)
	}
	c.checkAround()
	for _, name := range names(c.t, c.root) {
		if !slices.Contains([]string{"account", "home", "out", "settings.yaml", "state", "tmp"}, name) {
			c.t.Errorf("%s was written outside of home and output", name)
		}
	}
	if change := difference(c.source, tree(c.t, c.state)); change != "" {
		c.t.Errorf("OpenClaw's files changed: %s", change)
	}
	sampled := *corpus == "" || c.kills%10 == 1 // of a large archive it takes long
	deep := sampled && slices.Contains(names(c.t, c.home), "archive.db")
	if deep {
		c.deep++
	}
	return c.examine(deep)
}
