package redact

// moneyVendors take payments, ship, trade and lend.
var moneyVendors = []vendor{
	{"stripe", "sk_live_{b62:16-247} sk_test_{b62:16-247} sk_prod_{b62:16-247} rk_live_{b62:16-247} rk_test_{b62:16-247} whsec_{b64p:24-80}", nil, "pk_live_{b62:24} pk_test_{b62:99} sk_live_{b62:6} price_{b62:24} cus_{b62:14} acct_{b62:16} desk_live_{low:24}"},
	{"paypal", "access_token$production${low36:16}${hex:32} access_token$sandbox${low36:16}${hex:32} A21AA{b64u:80-120}", nil, "access_token$production A21AA{b62:20} sandbox_{b62:8}_{b62:16}"},
	{"square", "sq0atp-{b64u:22} sq0csp-{b64u:43} EAAA{b64u:60}", nil, "sq0idp-{b62:22} sq0atp-{b62:8} EAAA{b62:20}"},
	{"mollie", "live_{b62:30} test_{b62:30}", isRandomMode, "live_{b62:12} test_{low:30} test_HandleRequestWithOauth2Refre olive_{b62:30}"},
	{"gocardless", "live_{b64u:40} sandbox_{b64u:40}", isRandomMode, "live_{b62:12} sandbox_{low:40} live_stream_of_the_conference_room_no_4_x"},
	{"lob", "live_{hex:35} test_{hex:35}", nil, "live_{hex:12} live_pub_{hex:31} test_{low:35}"},
	{"flutterwave", "FLWSECK_TEST-{low36:32}-X FLWSECK-{low36:32}-X FLWSECK_TEST{low36:12} FLWSECK_TEST-{low36:12}", hasDigit, "FLWPUBK_TEST-{hex:32}-X FLWPUBK-{hex:32}-X FLWSECK-{hex:8}"},
	{"mercado-pago", "APP_USR-{dig:12-18}-{dig:6}-{hex:32}-{dig:6-12} TEST-{dig:12-18}-{dig:6}-{hex:32}-{dig:6-12}", nil, "APP_USR-" + uuid + " TEST-" + uuid + " TEST-{dig:6}"},
	{"paddle", "pdl_live_apikey_{low36:26}_{b62:22}_{b62:3} pdl_sdbx_apikey_{low36:26}_{b62:22}_{b62:3} pdl_ntfset_{low36:26}_{b64:32}", nil, "live_{b62:27} pdl_live_apikey_{low36:12} pdl_ntfset_{low36:26}"},
	{"razorpay", "rzp_live_{b62:14}:{b62:24} rzp_test_{b62:14}:{b62:24}", nil, "rzp_live_{b62:14} rzp_test_{b62:14}"},
	{"xendit", "xnd_production_{b62:40-80} xnd_development_{b62:40-80}", isScattered, "xnd_public_production_{b62:60} xnd_production_{b62:8}"},
	{"midtrans", "Mid-server-{b64u:24-36} SB-Mid-server-{b64u:24-36}", mixedCaseDigits, "Mid-client-{b62:24} Mid-server-{b62:6}"},
	{"shippo", "shippo_live_{xdig:40} shippo_test_{xdig:40}", nil, "shippo_live_{hex:12} shippo_test_{low:40}"},
	{"easypost", "EZAK{b62:54} EZTK{b62:54}", mixedCaseDigits, "EZAK{b62:20} FEZAK{b62:54} EZTK{up:54}"},
	{"alchemy", "alcht_{b62:30}", mixedCaseDigits, "alcht_{b62:8} alcht_{low:30}"},
	{"plaid", "access-production-" + uuid + " access-sandbox-" + uuid + " access-development-" + uuid, nil, "public-sandbox-" + uuid + " link-sandbox-" + uuid + " access-sandbox-{hex:8}"},
	{"duffel", "duffel_live_{b64u:43} duffel_test_{b64u:43}", nil, "duffel_live_{b62:12} duffel_test_{low:60}"},
	{"polar", "polar_oat_{b62:32-64} polar_pat_{b62:32-64} polar_at_o_{b62:32-64} polar_at_u_{b62:32-64} polar_rt_o_{b62:32-64} polar_cs_{b62:32-64}", isScattered, "polar_oat_{b62:8} bipolar_oat_{b62:40}"},
}

// isRandomMode judges what follows live_ or test_, which many names begin with.
func isRandomMode(token string) bool { return mixedCaseDigits(token) && digitChanges(token) >= 4 }
