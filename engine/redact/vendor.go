package redact

import "strings"

// vendor is a token format that needs no context. Shapes are alternatives,
// parted by spaces.
type vendor struct {
	id     string
	shapes string
	check  func(token string) bool // beyond the shape; nil when the shape says enough
}

// vendors holds one row for each maker and format. Lengths are ranges where
// makers changed them.
var vendors = []vendor{
	{"openai", "sk-proj-{b64u:40-220} sk-svcacct-{b64u:40-220} sk-admin-{b64u:40-220} sess-{b62:40}", nil},
	{"sk-key", "sk-{b62:20-128}", digitsOrLong},
	{"sk-key-named", "sk-{b64u:28-220}", hasRandomSegment},
	{"anthropic", "sk-ant-{b64u:32-160}", nil},
	{"openrouter", "sk-or-v1-{hex:64}", nil},
	{"groq", "gsk_{b62:40-60}", nil},
	{"xai", "xai-{b62:60-100}", nil},
	{"huggingface", "hf_{b62:30-40} api_org_{b62:34}", nil},
	{"perplexity", "pplx-{b62:40-60}", nil},
	{"replicate", "r8_{b62:37}", nil},
	{"fireworks", "fw_{b62:20-40}", digitsOrLong},
	{"nvidia", "nvapi-{b64u:60-80}", nil},
	{"tavily", "tvly-{b64u:20-60}", hasRandomSegment},
	{"firecrawl", "fc-{hex:32}", nil},
	{"cerebras", "csk-{b62:40-60}", nil},
	{"langsmith", "lsv2_pt_{hex:32}_{hex:10} lsv2_sk_{hex:32}_{hex:10}", nil},
	{"jina", "jina_{b62:32}{b64u:0-40}", nil},
	{"elevenlabs", "sk_{hex:48}", nil},
	{"coze", "pat_{b62:60-80}", nil},
	{"dify", "app-{b62:24} dataset-{b62:24}", mixedCaseDigits},
	{"zhipu", "{hex:32}.{b62:16}", nil},
	{"google-api-key", "AIza{b64u:35}", nil},
	{"google-oauth-secret", "GOCSPX-{b64u:24-32}", nil},
	{"google-access-token", "ya29.{url:30-1000}", nil},
	{"google-refresh-token", "1//0{b64u:40-160}", nil},
	{"aws-access-key-id", "AKIA{up36:16} ASIA{up36:16} ABIA{up36:16} ACCA{up36:16}", nil},
	{"aws-bedrock", "ABSK{b64p:100-140}", nil},
	{"github", "ghp_{b62:36-255} gho_{b62:36-255} ghu_{b62:36-255} ghs_{b62:36-255} ghr_{b62:36-255}", nil},
	{"github-fine-grained", "github_pat_{b62:22}_{b62:59}", nil},
	{"gitlab", "glpat-{url:20-60} gldt-{url:20-60} glrt-{url:20-60} glptt-{url:20-60} glft-{url:20-60} glsoat-{url:20-60} glcbt-{url:20-60} glimt-{url:20-60} glagent-{url:20-60} gloas-{url:20-80}", nil},
	{"slack", "xoxb-{dashed:30-200} xoxp-{dashed:30-200} xoxa-{dashed:30-200} xoxr-{dashed:30-200} xoxs-{dashed:30-200} xoxc-{dashed:30-200} xoxe-{dashed:30-200} xoxe.xoxp-{dashed:30-200} xapp-{dashed:30-200}", hasDigit},
	{"stripe", "sk_live_{b62:16-247} sk_test_{b62:16-247} rk_live_{b62:16-247} rk_test_{b62:16-247} whsec_{b64p:24-80}", nil},
	{"npm", "npm_{b62:36}", nil},
	{"pypi", "pypi-AgE{b64u:50-1000}", nil},
	{"rubygems", "rubygems_{hex:48}", nil},
	{"crates-io", "cio{b62:32}", mixedCaseDigits},
	{"docker-hub", "dckr_pat_{b64u:27} dckr_oat_{b64u:27-40}", nil},
	{"telegram-bot", "{dig:8-10}:AA{b64u:33} {dig:8-10}:A{b64u:34}", nil},
	{"discord-bot", "{b64u:24-28}.{b64u:6}.{b64u:27-40}", isDiscord},
	{"twilio", "SK{hex:32}", nil},
	{"sendgrid", "SG.{b64u:22}.{b64u:43}", nil},
	{"mailgun", "key-{hex:32}", nil},
	{"mailchimp", "{hex:32}-us{dig:1-2}", nil},
	{"brevo", "xkeysib-{hex:64}-{b62:16}", nil},
	{"resend", "re_{b62:8}_{b62:24}", nil},
	{"digitalocean", "dop_v1_{hex:64} doo_v1_{hex:64} dor_v1_{hex:64}", nil},
	{"azure-client-secret", "{b62:3}{dig:1}Q~{url:31-34}", nil},
	{"databricks", "dapi{hex:32}", nil},
	{"vault", "hvs.{b64u:24-200} hvb.{b64u:24-300}", nil},
	{"terraform", "{b62:14}.atlasv1.{b64u:60-70}", nil},
	{"doppler", "dp.pt.{b62:40-50} dp.st.{b62:40-50} dp.sa.{b62:40-50}", nil},
	{"grafana", "glsa_{b62:32}_{xdig:8} glc_{b64p:32-400}", nil},
	{"newrelic", "NRAK-{up36:27} NRJS-{hex:19}", nil},
	{"sentry", "sntrys_{b64u:60-300} sntryu_{hex:64}", nil},
	{"supabase", "sbp_{hex:40} sb_secret_{b64u:30-45}", nil},
	{"planetscale", "pscale_tkn_{url:32-64} pscale_pw_{url:32-64} pscale_oauth_{url:32-64}", nil},
	{"linear", "lin_api_{b62:40} lin_oauth_{hex:64}", nil},
	{"notion", "ntn_{b62:40-50} secret_{b62:43}", nil},
	{"figma", "figd_{b64u:40-50}", nil},
	{"postman", "PMAK-{hex:24}-{hex:34}", nil},
	{"shopify", "shpat_{xdig:32} shpca_{xdig:32} shppa_{xdig:32} shpss_{xdig:32}", nil},
	{"square", "sq0atp-{b64u:22} sq0csp-{b64u:43}", nil},
	{"atlassian", "ATATT3{b64u:80-250}={HEX:8} ATATT3{b64u:80-250} ATBB{b62:32}", nil},
	{"airtable", "pat{b62:14}.{hex:64}", nil},
	{"pulumi", "pul-{hex:40}", nil},
	{"1password", "ops_eyJ{b64u:200-1000}", nil},
	{"age", "AGE-SECRET-KEY-1{up36:58}", nil},
	{"netlify", "nfp_{b62:36}", nil},
	{"buildkite", "bkua_{hex:40}", nil},
	{"apify", "apify_api_{b62:36}", nil},
	{"pinecone", "pcsk_{word:50-90}", nil},
	{"aliyun", "LTAI{b62:12-26} STS.N{b62:20-30}", mixedCaseDigits},
	{"tencent", "AKID{b62:32-48}", mixedCaseDigits},
	{"baidu", "bce-v3/ALTAK-{b62:21}/{hex:40} ALTAK-{b62:21}", nil},
	{"volcengine", "AKLT{b64u:40-60}", mixedCaseDigits},
	{"dingtalk-robot", "SEC{hex:64}", nil},
	{"serverchan", "SCT{dig:4-7}T{b62:20-32}", nil},
}

func vendorDetectors() []detector {
	var out []detector
	for _, v := range vendors {
		for text := range strings.FieldsSeq(v.shapes) {
			form := parseShape(text)
			out = append(out, detector{
				name: v.id, shape: text, keys: []string{form.key},
				find: func(s *scan, at int) {
					start, end, ok := form.match(s.text, at)
					if ok && looksRandom(s.text[start:end]) && (v.check == nil || v.check(s.text[start:end])) {
						s.add(start, end, APIKey, v.id)
					}
				},
			})
		}
	}
	return out
}

func hasDigit(s string) bool { return strings.ContainsAny(s, "0123456789") }

// digitsOrLong keeps words with a prefix apart from keys of letters only.
func digitsOrLong(token string) bool { return hasDigit(token) || len(token) >= 40 }

func mixedCaseDigits(token string) bool { return mixOf(token) == digit|lowers|uppers }

// isDiscord reports whether the token begins like base64 of a numeric user id.
func isDiscord(token string) bool {
	return strings.IndexByte("MNO", token[0]) >= 0 && mixedCaseDigits(token)
}
