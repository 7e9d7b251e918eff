package openclaw

import (
	"slices"
	"testing"
	"time"
)

const cronJobs = `CREATE TABLE cron_jobs (store_key TEXT NOT NULL, job_id TEXT NOT NULL, declaration_key TEXT, name TEXT NOT NULL, enabled INTEGER NOT NULL,
	every_ms INTEGER, payload_kind TEXT NOT NULL, payload_message TEXT, job_json TEXT NOT NULL, PRIMARY KEY (store_key, job_id));`

func TestJobs(t *testing.T) {
	const half = 30 * time.Minute
	tests := []struct {
		name  string
		build func(*state)
		want  []Job
	}{
		{"none", func(*state) {}, nil},
		{"file: command", func(s *state) {
			s.raw(jobsFile, `{"version":1,"jobs":[{"id":"a","declarationKey":"k","enabled":true,"schedule":{"kind":"every","everyMs":1800000},
				"payload":{"kind":"command","argv":["/bin/x","sync"]}}]}`)
		}, []Job{{"a", "k", "/bin/x sync", true, half}}},
		{"file: agent, switched off", func(s *state) {
			s.raw(jobsFile, `{"jobs":[{"id":"a","enabled":false,"schedule":{"kind":"cron","expr":"0 * * * *"},"payload":{"kind":"agentTurn","message":"do it"}}]}`)
		}, []Job{{ID: "a", Command: "do it"}}},
		{"file: system event, enabled unless said", func(s *state) {
			s.raw(jobsFile, `{"jobs":[{"id":"a","payload":{"kind":"systemEvent","text":"wake"}}, 7, null]}`)
		}, []Job{{ID: "a", Command: "wake", Enabled: true}}},
		{"rows: command in its column", func(s *state) {
			d := s.database(jobsDatabase, cronJobs)
			d.exec(`INSERT INTO cron_jobs VALUES('s', 'a', 'k', 'n', 1, 1800000, 'command', '{"kind":"command","argv":["sh","-lc","x sync"]}', '{}')`)
			d.exec(`INSERT INTO cron_jobs VALUES('s', 'b', NULL, 'n', 0, NULL, 'agentTurn', 'tell me', '{}')`)
			d.close()
		}, []Job{{"a", "k", "sh -lc x sync", true, half}, {ID: "b", Command: "tell me"}}},
		{"rows: command in the whole job", func(s *state) {
			d := s.database(jobsDatabase, `CREATE TABLE cron_jobs (job_id TEXT, enabled INTEGER, job_json TEXT)`)
			d.exec(`INSERT INTO cron_jobs VALUES('a', 1, '{"payload":{"kind":"command","argv":["x","sync"]}}')`)
			d.close()
		}, []Job{{ID: "a", Command: "x sync", Enabled: true}}},
		{"rows: no such table", func(s *state) { s.database(jobsDatabase, "CREATE TABLE auth_profile_stores (x)").close() }, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := newState(t)
			test.build(s)
			got, err := s.open().Jobs(t.Context())
			if err != nil || !slices.Equal(got, test.want) {
				t.Errorf("got %+v, %v; want %+v", got, err, test.want)
			}
		})
	}
}

// TestJobsUnreadable: damage in one place is told and does not hide the other.
func TestJobsUnreadable(t *testing.T) {
	for name, damage := range map[string]func(*state){
		"no JSON":     func(s *state) { s.raw(jobsFile, "{") },
		"no object":   func(s *state) { s.raw(jobsFile, "[]") },
		"a directory": func(s *state) { s.raw(jobsFile+"/x", "") },
	} {
		t.Run(name, func(t *testing.T) {
			s := newState(t)
			damage(s)
			d := s.database(jobsDatabase, cronJobs)
			d.exec(`INSERT INTO cron_jobs VALUES('s', 'a', 'k', 'n', 1, NULL, 'agentTurn', 'x', '{}')`)
			d.close()
			if got, err := s.open().Jobs(t.Context()); err == nil || len(got) != 1 {
				t.Errorf("got %+v, %v", got, err)
			}
		})
	}
	t.Run("no database", func(t *testing.T) {
		s := newState(t)
		s.raw(jobsDatabase, "no database")
		s.raw(jobsFile, `{"jobs":[{"id":"a"}]}`)
		if got, err := s.open().Jobs(t.Context()); err == nil || len(got) != 1 {
			t.Errorf("got %+v, %v", got, err)
		}
	})
}

func FuzzJobs(f *testing.F) {
	f.Add([]byte(`{"version":1,"jobs":[{"id":"a","enabled":true,"schedule":{"everyMs":1e99},"payload":{"argv":["x",1,null]}}]}`))
	f.Add([]byte(`{"jobs":[{"payload":{"text":"x"},"schedule":{"everyMs":-1}}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		jobs, err := decodeJobs(data)
		if err != nil && jobs != nil || len(jobs) > maxJobs {
			t.Errorf("%d jobs, %v", len(jobs), err)
		}
		for _, job := range jobs {
			if job.Every < 0 || len(job.Command) > 3*len(data) {
				t.Errorf("job %+v", job)
			}
		}
	})
}
