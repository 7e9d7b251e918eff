package extract

import (
	"slices"
	"testing"
)

// statements are what a person may say first in a session, by type.
var statements = []struct {
	name  string
	types []Type
	texts []string
}{
	{"decisions", []Type{Decision}, []string{
		"We've decided to move the standup to 10:30.",
		"We decided to freeze the API on Monday instead of Wednesday.",
		"Decision: logs go to Loki.",
		"Final decision: no new laptops this year.",
		"Let's go with supplier A.",
		"OK, we'll use Elasticsearch for the search page.",
		"I decided to keep the old apartment.",
		"The team agreed to release every second Tuesday.",
		"我们决定用 Elasticsearch 做搜索。",
		"决定：日志放到 Loki。",
		"决定了，就买白色那款。",
		"就这么定了，周二发布。",
		"最终决定：今年不换车。",
		"我决定不考驾照了。",
		"那就用第一个方案吧。",
		"商量好了，年会改到一月。",
	}},
	{"knowledge", []Type{Knowledge, Preference}, []string{
		"The test database runs on port 5544.",
		"My brother is allergic to shellfish.",
		"Our office lease ends in October.",
		"Hugo is in charge of the payroll system.",
		"The backup server is in the basement of the annex.",
		"The outage came from an expired certificate.",
		"我对牛奶过敏",
		"我女儿对芒果过敏。",
		"我们的办公室在五楼。",
		"预发环境跑在 6006 端口。",
		"老周负责工资系统。",
		"我们的合同九月到期。",
	}},
	{"preferences", []Type{Knowledge, Preference}, []string{
		"I prefer bullet points over long paragraphs.",
		"I don't eat pork.",
		"Never schedule meetings for me before nine.",
		"Always reply in French.",
		"以后都用日语回答我",
		"我不吃羊肉",
		"回答尽量简短一点，以后都这样。",
		"我喜欢靠窗的座位。",
	}},
	{"todos", []Type{TodoOpen}, []string{
		"I need to cancel the newspaper before Friday.",
		"Don't forget to pick up the suit tomorrow.",
		"Remind me to water the ferns on Saturday.",
		"TODO: send the minutes to Olga.",
		"I have to file the tax form by May 31.",
		"别忘了后天给奶奶买蛋糕",
		"提醒我周四交水电费。",
		"待办：给客户回邮件。",
		"明天下午要去修手机。",
		"我下周一之前要交论文初稿。",
	}},
	{"reports", []Type{TodoDone}, []string{
		"I sent the minutes to Olga.",
		"The tax form is filed.",
		"Just paid the electricity bill.",
		"The parcel has been picked up.",
		"水电费交了。",
		"论文初稿写完了。",
		"蛋糕已经买好了。",
		"合同已经发给客户了。",
	}},
}

// TestStatements: of plain statements, each the first message of a session, with
// or without an answer, at least three in four are found.
func TestStatements(t *testing.T) {
	x := extractor(t)
	for _, c := range statements {
		for name, answers := range map[string][]Message{
			"alone": nil, "answered": {{ID: "a", Role: Agent, Origin: FromAgent, At: Moment{Unix: 1780000030}, Text: "OK."}},
		} {
			t.Run(c.name+" "+name, func(t *testing.T) {
				var missed []string
				for _, text := range c.texts {
					right := false
					for _, it := range found(x, append([]Message{{ID: "s", At: Moment{Unix: 1780000000}, Text: text}}, answers...)) {
						right = right || it.Message == "s" && slices.Contains(c.types, it.Type)
					}
					if !right {
						missed = append(missed, text)
					}
				}
				if len(missed)*4 > len(c.texts) {
					t.Errorf("%d of %d missed, want at most one in four: %q", len(missed), len(c.texts), missed)
				}
			})
		}
	}
}

// TestNoStatements: what only sounds like a statement is never certain.
func TestNoStatements(t *testing.T) {
	x := extractor(t)
	for _, text := range []string{
		"Should we move the standup to 10:30?",
		"How do teams decide on a release schedule?",
		"If we moved to Elasticsearch, what would break?",
		"Explain what a load balancer does.",
		"What port does the test database use?",
		"Why is my brother allergic to shellfish?",
		"Translate this: \"We decided to leave at dawn.\"",
		"\"I have to go now,\" said the old man in the story.",
		"Maybe we should keep the old apartment, I'm not sure.",
		"Do I need to file a tax form?",
		"Suppose I forgot to pay the bill, what happens?",
		"Which is better, Loki or Elasticsearch?",
		"Write a short story about a lighthouse.",
		"I wonder whether we should freeze the API.",
		"要不要把周会挪到周二？",
		"怎么决定买哪款车？",
		"如果用 Elasticsearch，会不会更快？",
		"解释一下负载均衡是什么。",
		"芒果过敏一般有什么症状？",
		"帮我翻译这句话：“我们决定天亮出发。”",
		"小说里的老人决定离开村子。",
		"预发环境一般跑在哪个端口？",
		"我要不要考驾照？",
		"也许该换车了，还没想好。",
		"万一忘了交水电费会怎样？",
		"写一个关于灯塔的故事。",
	} {
		for _, it := range found(x, []Message{{ID: "s", At: Moment{Unix: 1780000000}, Text: text}}) {
			if it.Tier == Main {
				t.Errorf("%q gave %+v", text, it)
			}
		}
	}
}
