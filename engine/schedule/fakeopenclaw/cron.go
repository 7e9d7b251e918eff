package fakeopenclaw

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"time"
)

// When jobs were made, and when they run next, in milliseconds.
const (
	madeAt = 1773489600000
	nextAt = madeAt + 1800000
)

func (f *fake) cron(verb string, args []string) int {
	asJSON := slices.Contains(args, "--json")
	switch f.behavior {
	case "down":
		return f.refuse(asJSON, "Gateway not reachable at ws://127.0.0.1:18789 (ECONNREFUSED).\nStart it with `openclaw gateway run` or check `openclaw gateway status`.\nBind: loopback")
	case "fresh":
		return f.refuse(asJSON, "gateway cron.%s requires credentials before opening a websocket\nFix: configure gateway.auth token/password, pair this device, or pass --token/--password.\nConfig: /home/alice/.openclaw/openclaw.json", verb)
	case "owner":
		if verb == "add" {
			return f.refuse(asJSON, "Error: Agent-less cron job has no resolvable owner. Pass --agent <id> when creating or editing the job, or set agents.defaults.systemAgent.agentId.")
		}
	}
	switch verb {
	case "add":
		return f.addJob(args)
	case "rm":
		for i, job := range f.Jobs {
			if job["id"] == args[0] {
				f.Jobs = slices.Delete(f.Jobs, i, i+1)
				return f.print(map[string]any{"ok": true, "removed": true})
			}
		}
		return f.refuse(asJSON, "Automation not found: %s. Run `openclaw cron list` to see recent automation ids.", args[0])
	}
	jobs := append([]map[string]any{}, f.Jobs...)
	if f.behavior == "crowd" {
		jobs = append(jobs, crowd()...)
	}
	return f.print(map[string]any{"jobs": jobs, "total": len(jobs), "offset": 0, "limit": 200, "hasMore": false, "nextOffset": nil})
}

func (f *fake) addJob(args []string) int {
	every, err := time.ParseDuration(value(args, "--every"))
	var argv []any
	if err != nil || json.Unmarshal([]byte(value(args, "--command-argv")), &argv) != nil {
		return f.refuse(true, "Invalid --every or --command-argv")
	}
	key := value(args, "--declaration-key")
	wanted := map[string]any{
		"declarationKey": key, "name": value(args, "--name"), "enabled": true,
		"schedule":      map[string]any{"kind": "every", "everyMs": float64(every.Milliseconds())},
		"sessionTarget": "isolated", "wakeMode": "now",
		"payload":  map[string]any{"kind": "command", "argv": argv, "timeoutSeconds": value(args, "--timeout-seconds")},
		"delivery": map[string]any{"mode": "none", "channel": "last"},
		"state":    map[string]any{"nextRunAtMs": float64(nextAt)},
	}
	for _, job := range f.Jobs {
		if job["declarationKey"] != key {
			continue
		}
		updated := !reflect.DeepEqual(job["schedule"], wanted["schedule"]) || !reflect.DeepEqual(job["payload"], wanted["payload"])
		job["schedule"], job["payload"] = wanted["schedule"], wanted["payload"]
		return f.print(map[string]any{"created": false, "updated": updated, "job": job})
	}
	wanted["id"] = fmt.Sprintf("%08d-0000-4000-8000-000000000000", len(f.Jobs)+1)
	wanted["createdAtMs"] = float64(madeAt)
	f.Jobs = append(f.Jobs, wanted)
	return f.print(map[string]any{"created": true, "job": wanted, "deliveryPreview": map[string]any{"label": "not requested", "detail": "not requested"}})
}

// crowd is what thousands of jobs of others look like. One has a name that a
// terminal would act upon, and looks like a sync of ours.
func crowd() []map[string]any {
	jobs := make([]map[string]any, 10_000)
	for i := range jobs {
		jobs[i] = map[string]any{
			"id": fmt.Sprintf("%08d-1111-4000-8000-000000000000", i), "name": fmt.Sprintf("other %d", i), "enabled": true,
			"schedule": map[string]any{"kind": "cron", "expr": "0 3 * * *"},
			"payload":  map[string]any{"kind": "agentTurn", "message": "Look at the mail and say what matters."},
			"state":    map[string]any{},
		}
	}
	jobs[5000]["name"] = "nightly\x1b[2J\u202e\nsession-sync: all is well"
	jobs[5000]["payload"] = map[string]any{"kind": "command", "argv": []string{"/opt/session-sync", "sync"}}
	return jobs
}
