package redact

import "strings"

// messageVendors carry mail, short messages, chat and pushed notes.
var messageVendors = []vendor{
	{"slack", "xoxb-{dashed:30-200} xoxp-{dashed:30-200} xoxa-{dashed:30-200} xoxr-{dashed:30-200} xoxs-{dashed:30-200} xoxo-{dashed:30-200} xoxc-{dashed:30-200} xoxe-{dashed:30-200} xoxe.xoxp-{dashed:30-200} xoxe.xoxb-{dashed:30-200} xapp-{dashed:30-200} xwfp-{dashed:30-200}", hasDigit, "xoxb-{dig:12} xoxb-not-a-real-token-at-all-just-words xapp-{b62:8}"},
	{"slack-cookie", "xoxd-{path:60-300}", isScattered, "xoxd-{b62:10} xoxd-{low:80}"},
	{"telegram-bot", "{dig:8-10}:AA{b64u:33} {dig:8-10}:A{b64u:34}", nil, "{dig:10}:AA{b62:12} {dig:4}:AA{b62:33} -100{dig:10}"},
	{"discord-mfa", "mfa.{b64u:84}", nil, "mfa.{b62:20} mfa.enabled"},
	{"matrix", "syt_{b64p:4-80}_{b62:20}_{b62:6}", hasDigit, "syt_{low:8} syt_{low:8}_{b62:6}"},
	{"facebook", "EAA{b62:100-400}", mixedCaseDigits, "EAA{b62:20} EAA{up:120} BEAA{b62:120}"},
	{"instagram", "IGQ{b64u:100-300} IGAA{b64u:100-300}", mixedCaseDigits, "IGQ{b62:20} IGAA{up:120}"},
	{"threads", "THAA{b64u:100-300}", mixedCaseDigits, "THAA{b62:20} THAA{up:120}"},
	{"tiktok", "act.{b62:40-80} rft.{b62:40-80}", isScattered, "act.{b62:10} fact.{b62:50} act.{low:50}"},
	{"weibo", "2.00{b62:28}", isScattered, "2.00{dig:28} 12.00{b62:28} 2.00{b62:8}"},
	{"pinterest", "pina_{b64u:60-120}", isScattered, "pina_{b62:12} pina_{low:70}"},
	{"twilio", "SK{hex:32}", nil, "AC{hex:32} SK{hex:20} SK{hex:40} TASK{hex:32}"},
	{"telnyx", "KEY{HEX:32}_{b62:22}", nil, "KEY{HEX:32} KEY{HEX:12}_{b62:22}"},
	{"sendgrid", "SG.{b64u:22}.{b64u:43}", nil, "SG.{b62:22} SG.{b62:8}.{b62:8}"},
	{"mailgun", "key-{hex:32}", nil, "pubkey-{hex:32} key-{hex:20} monkey-{hex:32} cache-key-{hex:32}"},
	{"mailchimp", "{hex:32}-us{dig:1-2}", nil, "{hex:32}-{low:2} {hex:20}-us{dig:2} us{dig:2}"},
	{"mandrill", "md-{b64u:22}", isScattered, "md-{b62:10} md-button-primary-outline cmd-{b62:22}"},
	{"brevo", "xkeysib-{hex:64}-{b62:16} xsmtpsib-{hex:64}-{b62:16}", nil, "xkeysib-{hex:64} xkeysib-{hex:12}-{b62:16}"},
	{"resend", "re_{b62:8}_{b62:24}", nil, "re_{b62:8} re_{b62:8}_{b62:12} are_{b62:8}_{b62:24}"},
	{"mailersend", "mlsn.{hex:64}", nil, "mlsn.{hex:20} mlsn.com"},
	{"onesignal", "os_v2_app_{low36:80-120} os_v2_org_{low36:80-120}", nil, "os_v2_app_{low36:20} cos_v2_app_{low36:100}"},
	{"courier", "pk_prod_{up36:28} pk_test_{up36:28} dk_prod_{up36:28}", hasDigit, "pk_prod_{up36:10} pk_prod_{low:28}"},
	{"wxpusher", "AT_{b62:32} SPT_{b62:28-32}", mixedCaseDigits, "UID_{b62:28} AT_{b62:12} CAT_{b62:32}"},
	{"dingtalk-robot", "SEC{hex:64}", nil, "SEC{hex:32} ding{low36:17} INSEC{hex:64}"},
	{"serverchan", "SCT{dig:4-7}T{b62:20-32} sctp{dig:1-7}t{b62:20-40}", nil, "SCT{dig:5} SCT{dig:5}T{b62:8} sctp{dig:4}"},
	{"pushdeer", "PDU{dig:1-7}T{b62:28-40}", nil, "PDU{dig:4} PDU{dig:4}T{b62:8} SPDU{dig:4}T{b62:32}"},
	{"ntfy", "tk_{low36:29}", digitChange, "tk_{low36:12} tk_{low:29} stk_{low36:29}"},
	{"pushbullet", "o.{b62:32}", isScattered, "o.{b62:12} o.{low:32} foo.{b62:32}"},
	{"agora", "007eJx{b64p:80-400}", nil, "007eJx{b62:20} 1007eJx{b62:100}"},
}

// A bot of Discord has three parts: its id, the time and a signature. No prefix
// tells it; its id in base64 begins with one of three letters.
const discordShape = "{b64u:24-28}.{b64u:6}.{b64u:27-40}"

var discordRow = row{
	name: "discord-bot", kind: APIKey,
	must:  []string{"«M{b64u:23-25}.{b64u:6}.{b64u:27-38}»", "«N{b64u:23-25}.{b64u:6}.{b64u:27-38}»"},
	never: []string{"{b62:12}.{b62:6}.{b62:27}", "N{low:23}.{low:6}.{low:27}", "Q{b62:23}.{b62:6}.{b62:27}"},
}

func isDiscord(token string) bool {
	return strings.IndexByte("MNO", token[0]) >= 0 && mixedCaseDigits(token)
}
