package redact

import (
	"slices"
	"strings"
)

// named is a format without a prefix, which only its maker's name tells: the
// word as it stands in names, in lower case, and the shapes that the whole value
// may have, parted by spaces. Names that end in key, token or secret need no
// row here.
type named struct{ id, word, shapes string }

const hex32, hex40, hex64 = "{hex:32}", "{hex:40}", "{hex:64}"

var namedVendors = []named{
	{"adafruit", "adafruit", "{b64u:32}"},
	{"agora", "agora", hex32},
	{"alchemy", "alchemy", "{b64u:32}"},
	{"algolia", "algolia", "{low36:32}"},
	{"amap", "amap", hex32},
	{"amplitude", "amplitude", hex32},
	{"asana", "asana", "{low36:32}"},
	{"assemblyai", "assemblyai", hex32},
	{"atlassian", "atlassian", "{b62:24}"},
	{"atlassian", "confluence", "{b62:24}"},
	{"atlassian", "jira", "{b62:24}"},
	{"auth0", "auth0", "{b64u:64}"},
	{"baidu-map", "baidu_map", "{b62:32}"},
	{"baidu-map", "bmap", "{b62:32}"},
	{"baseten", "baseten", "{b62:8}.{b62:32}"},
	{"beamer", "beamer", "b_{b64u:44}"},
	{"binance", "binance", "{b62:64}"},
	{"bitbucket", "bitbucket", "{b62:32} {b64u:64}"},
	{"bitly", "bitly", hex40},
	{"bittrex", "bittrex", "{low36:32}"},
	{"bugsnag", "bugsnag", hex32},
	{"bunny", "bunny", uuid},
	{"civo", "civo", "{b62:50}"},
	{"cloudflare", "cloudflare", "{b64u:40} {hex:37}"},
	{"codecov", "codecov", uuid + " " + hex32},
	{"coding", "coding_net", hex40},
	{"cohere", "cohere", "{b62:40}"},
	{"coinbase", "coinbase", "{b64u:64}"},
	{"composio", "composio", "ak_{b62:20} ck_{b62:20}"},
	{"confluent", "confluent", "{b64:64}"},
	{"contentful", "contentful", "{b64u:43}"},
	{"coveralls", "coveralls", "{b62:32} {b62:37}"},
	{"datadog", "datadog", hex32 + " " + hex40},
	{"datadog", "dd_api", hex32},
	{"deepgram", "deepgram", hex40},
	{"deepinfra", "deepinfra", "{b62:32}"},
	{"deepl", "deepl", uuid + " " + uuid + ":fx"},
	{"discord", "discord", "{b64u:32} {hex:64}"},
	{"disqus", "disqus", "{b62:64}"},
	{"drone", "drone", "{b62:32}"},
	{"etherscan", "etherscan", "{up36:34}"},
	{"facebook", "facebook", hex32},
	{"fastly", "fastly", "{b64u:32}"},
	{"finicity", "finicity", hex32},
	{"finnhub", "finnhub", "{low36:20} {low36:40}"},
	{"flickr", "flickr", hex32},
	{"freshbooks", "freshbooks", hex64},
	{"ghost", "ghost", "{hex:24}:{hex:64}"},
	{"gitea", "gitea", hex40},
	{"gitee", "gitee", hex32},
	{"gitter", "gitter", hex40},
	{"greptile", "greptile", "{b64:48}"},
	{"heroku", "heroku", uuid},
	{"hetzner", "hetzner", "{b62:64}"},
	{"honeycomb", "honeycomb", "{b62:22} {hex:32}"},
	{"hubspot", "hubspot", uuid},
	{"ibm-cloud", "ibm", "{b64u:44}"},
	{"iflytek", "xfyun", hex32},
	{"iflytek", "iflytek", hex32},
	{"influxdb", "influx", "{b64u:86}=="},
	{"influxdb", "influxdb", "{b64u:86}=="},
	{"infura", "infura", hex32},
	{"intercom", "intercom", "{b64u:60}"},
	{"jfrog", "jfrog", "{b62:64} {b62:73}"},
	{"jfrog", "artifactory", "{b62:64} {b62:73}"},
	{"jiguang", "jiguang", "{hex:24}"},
	{"jiguang", "jpush", "{hex:24}"},
	{"juhe", "juhe", hex32},
	{"jumpcloud", "jumpcloud", hex40},
	{"kagi", "kagi", "{b64u:11}.{b64u:43}"},
	{"kraken", "kraken", "{b64:86}=="},
	{"kucoin", "kucoin", "{hex:24} " + uuid},
	{"launchdarkly", "launchdarkly", "{b64u:40}"},
	{"leancloud", "leancloud", "{b62:24}"},
	{"linkedin", "linkedin", "WPL_AP1.{b62:16}.{b62:6}=="},
	{"linode", "linode", hex64},
	{"lokalise", "lokalise", hex40},
	{"looker", "looker", "{low36:24}"},
	{"mailgun", "mailgun", "{hex:32}-{hex:8}-{hex:8}"},
	{"mattermost", "mattermost", "{low36:26}"},
	{"meraki", "meraki", hex40},
	{"messagebird", "messagebird", "{b62:25}"},
	{"mistral", "mistral", "{b62:32}"},
	{"mixpanel", "mixpanel", hex32},
	{"nasa", "nasa", "{b62:40}"},
	{"netlify", "netlify", "{b64u:40-46}"},
	{"newrelic", "newrelic", hex40 + " " + hex64},
	{"newsapi", "newsapi", hex32},
	{"ngrok", "ngrok", "{b62:27}_{b62:21} {b62:43}"},
	{"nytimes", "nytimes", "{b62:32}"},
	{"okta", "okta", "00{b64u:40}"},
	{"openweather", "openweather", hex32},
	{"openweather", "openweathermap", hex32},
	{"opsgenie", "opsgenie", uuid},
	{"particle", "particle", hex40},
	{"pexels", "pexels", "{b62:56}"},
	{"pinecone", "pinecone", uuid},
	{"plaid", "plaid", "{hex:30}"},
	{"postmark", "postmark", uuid},
	{"pusher", "pusher", "{hex:20}"},
	{"pushover", "pushover", "{low36:30}"},
	{"pushplus", "pushplus", hex32},
	{"qiniu", "qiniu", "{b64u:40}"},
	{"qweather", "qweather", hex32},
	{"rapidapi", "rapidapi", "{low36:50}"},
	{"rollbar", "rollbar", hex32},
	{"scaleway", "scaleway", uuid},
	{"sendbird", "sendbird", hex40},
	{"sentry", "sentry", hex64},
	{"serpapi", "serpapi", hex64},
	{"serper", "serper", hex40},
	{"shodan", "shodan", "{b62:32}"},
	{"snyk", "snyk", uuid},
	{"sonar", "sonar", hex40},
	{"sonar", "sonarqube", hex40},
	{"sourcegraph", "sourcegraph", hex40},
	{"sparkpost", "sparkpost", hex40},
	{"splunk", "splunk", uuid},
	{"spotify", "spotify", hex32},
	{"squarespace", "squarespace", uuid},
	{"steam", "steam", "{HEX:32}"},
	{"sumologic", "sumologic", "{b62:64}"},
	{"tianapi", "tianapi", hex32},
	{"tiingo", "tiingo", hex40},
	{"tinypng", "tinypng", "{b62:32}"},
	{"tmdb", "tmdb", hex32},
	{"todoist", "todoist", hex40},
	{"together", "together", hex64},
	{"travis", "travis", "{b62:22}"},
	{"trello", "trello", hex32 + " " + hex64},
	{"tushare", "tushare", "{hex:56}"},
	{"twilio", "twilio", hex32},
	{"twitch", "twitch", "{low36:30}"},
	{"twitter", "twitter", "{b62:25} {b62:45} {b62:50} {dig:15-20}-{b62:24-40}"},
	{"unsplash", "unsplash", "{b64u:43}"},
	{"upstage", "upstage", "up_{b62:28-48}"},
	{"vercel", "vercel", "{b62:24}"},
	{"virustotal", "virustotal", hex64},
	{"vultr", "vultr", "{up36:36}"},
	{"wandb", "wandb", hex40},
	{"yunpian", "yunpian", hex32},
	{"yuque", "yuque", "{b62:40}"},
	{"zendesk", "zendesk", "{b62:40}"},
}

// afterMaker are the words that may follow a maker in the name of a credential.
// Others, as in CLOUDFLARE_ZONE_ID, name something public.
var afterMaker = []string{
	"", "io", "api", "auth", "pat", "sk", "access", "personal", "private", "admin", "app", "bot", "cli", "cloud", "cred", "creds", "credential",
	"key", "apikey", "token", "secret", "license", "licence", "login", "oauth", "client", "master", "prod", "production", "dev", "live", "test", "v1", "v2", "v3",
}

func namedDetectors() []detector {
	out := []detector{kubeadmDetector()}
	for _, n := range namedVendors {
		var forms [][]piece
		r := row{name: n.id, kind: APIKey}
		for shape := range strings.FieldsSeq(n.shapes) {
			forms = append(forms, parsePieces(shape))
			r.must = append(r.must, strings.ToUpper(n.word)+`_API = "«`+shape+`»"`)
		}
		// Without marks: random text before one can end in a word that announces a key.
		plain, _, _ := strings.Cut(strings.ReplaceAll(strings.Fields(n.shapes)[0], "b64u", "b62"), ".")
		r.never = []string{"ask " + n.word + " about " + plain, n.word + "_version=" + plain, "my" + n.word + "=" + plain}
		out = append(out, detector{name: n.id, shape: n.shapes, keys: []string{n.word[:min(len(n.word), keyBytes)]}, rows: []row{r},
			find: func(s *scan, at int) { findNamed(s, at, n, forms) }})
	}
	return out
}

func findNamed(s *scan, at int, n named, forms [][]piece) {
	if !hasPrefixFold(s.text[at:], n.word) || wordBefore(s.text, at) && s.text[at-1] != '_' || insideBlob(s.text, at) {
		return
	}
	end, isName := makerNameEnd(s.text, at, at+len(n.word))
	next, l := readLink(s.text, end)
	if end == 0 || l < colonLink {
		return
	}
	v := s.readValue(next)
	value := s.text[v.start:v.end]
	if !isName && l != equalLink && isHex(value) { // a digest in a sentence
		return
	}
	fits := func(form []piece) bool { return piecesEnd(form, value, 0) == len(value) }
	if value != "" && slices.ContainsFunc(forms, fits) && hasLetterAndDigit(value) && isDrawn(value) && !isStandIn(value) {
		s.add(v.start, v.end, APIKey, n.id)
	}
}

// makerNameEnd is where the name ends that holds a maker's word, 0 when it goes
// on with words that no credential has. It is a name, and no word of a sentence,
// when it has further words or quotes.
func makerNameEnd(text string, at, wordEnd int) (end int, isName bool) {
	const longestRest = 40
	end = base64u.run(text, wordEnd, longestRest)
	rest := text[wordEnd:end]
	if rest != "" && base62.has(rest[0]) && !(uppers.has(rest[0]) && lowers.has(text[wordEnd-1])) {
		return 0, false // the start of a longer word
	}
	words := strings.FieldsFunc(strings.ToLower(rest), func(r rune) bool { return r == '_' || r == '-' })
	for _, word := range words {
		if !slices.Contains(afterMaker, word) {
			return 0, false
		}
	}
	quoted := end < len(text) && strings.IndexByte("\"'`", text[end]) >= 0
	return end, len(words) > 0 || quoted || at > 0 && text[at-1] == '_'
}

// isDrawn reports whether a value of the right length and alphabet was drawn at
// random: nobody writes a name with so many digits between its letters.
func isDrawn(value string) bool {
	if strings.ContainsAny(value, "-_") {
		return isUUID(strings.TrimSuffix(value, ":fx")) || isScattered(value)
	}
	return digitChanges(value) >= 3
}

// kubeadmDetector finds the tokens by which machines join a cluster of
// Kubernetes: two words parted by a dot, behind the word token.
func kubeadmDetector() detector {
	form := parsePieces("{low36:6}.{low36:16}")
	return detector{
		name: "kubeadm", shape: "token {low36:6}.{low36:16}", keys: []string{"token"},
		rows: []row{{
			name: "kubeadm", kind: APIKey,
			must:  []string{"join token «{low36:6}.{low36:16}» --discovery", "the token «{low36:6}.{low36:16}» expires in a day"},
			never: []string{"token {low:6}.{low:16}", "{low36:6}.{low36:16}", "tokens {low36:6}.{low36:12}"},
		}},
		find: func(s *scan, at int) {
			next, l := readLink(s.text, at+len("token"))
			if l == noLink {
				return
			}
			v := s.readValue(next)
			if value := s.text[v.start:v.end]; piecesEnd(form, value, 0) == len(value) && hasLetterAndDigit(value) && !isStandIn(value) {
				s.add(v.start, v.end, APIKey, "kubeadm")
			}
		},
	}
}
