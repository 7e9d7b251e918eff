package redact

// codeVendors keep code, build it, and serve packages.
var codeVendors = []vendor{
	{"github", "ghp_{b62:36-255} gho_{b62:36-255} ghu_{b62:36-255} ghs_{b62:36-255} ghr_{b62:36-255}", nil, "ghp_{b62:20} gho_{b62:35} aghp_{b62:36} Iv1.{hex:16} Ov23li{b62:14}"},
	{"github-fine-grained", "github_pat_{b62:22}_{b62:59}", nil, "github_pat_{b62:12} github_pat_token_rotation"},
	{
		"gitlab", "glpat-{b64u:20-120} glpat-{b64u:27-120}.{low36:9} glpat-{b64u:27-120}.{low36:2}.{low36:9} glrt-{b64u:20-120} glrt-{b64u:27-120}.{low36:9} glrt-{b64u:27-120}.{low36:2}.{low36:9} " +
			"glrtr-{b64u:20-120} gldt-{b64u:20-60} glptt-{b64u:20-60} glft-{b64u:20-80} glsoat-{b64u:20-60} glcbt-{b64u:20-300} glimt-{b64u:20-60} glagent-{b64u:20-80} gloas-{b64u:20-80} " +
			"glffct-{b64u:20-60} glwt-{b64u:20-80} GR1348941{b64u:20-40}", nil,
		"glpat-{b62:10} glrt-{b62:8} GR1348941{b62:8} aglpat-{b62:20}",
	},
	{"gitea", "gta_{hex:40} gto_{b62:40-60}", hasDigit, "gta_{hex:20} agta_{hex:40}"},
	{"atlassian", "ATATT3{b64u:80-250}={HEX:8} ATATT3{b64u:80-250} ATCTT3{b64u:80-250}={HEX:8} ATCTT3{b64u:80-250} ATBB{b62:32} ATSTT3{b64u:80-250}", nil, "ATATT3{b62:20} ATBB{b62:12} SATBB{b62:32}"},
	{"bitbucket-server", "BBDC-{b64:40-50}", mixedCaseDigits, "BBDC-{b62:12} BBDC-{low:44}"},
	{"sourcegraph", "sgp_local_{hex:40} sgp_{hex:16}_{hex:40} sgp_{hex:40} slk_{hex:64} sgd_{hex:64}", nil, "sgp_local_{hex:20} sgp_{hex:16} sgp_{hex:20}"},
	{"npm", "npm_{b62:36}", nil, "npm_{b62:20} npm_{b62:40} npm_config_registry_default_production"},
	{"pypi", "pypi-AgE{b64u:50-1000}", nil, "pypi-AgE{b62:8} pypi-agent-{b62:20}"},
	{"rubygems", "rubygems_{hex:48}", nil, "rubygems_{hex:20} rubygems_mirror"},
	{"crates-io", "cio{b62:32}", mixedCaseDigits, "cio{low36:32} cio{b62:20} socio{b62:32}"},
	{"nuget", "oy2{low36:43}", digitChange, "oy2{low36:20} oy2{low:43} toy2{low36:43}"},
	{"docker-hub", "dckr_pat_{b64u:27} dckr_oat_{b64u:27-40}", nil, "dckr_pat_{b62:10} dckr_oat_{b62:50}"},
	{"jfrog", "AKCp{b62:68-70} cmVmd{b62:59}", mixedCaseDigits, "AKCp{b62:20} cmVmd{b62:20} PAKCp{b62:69}"},
	{"clojars", "CLOJARS_{low36:60}", nil, "CLOJARS_{low36:20} CLOJARS_{up36:60} CLOJARS_USERNAME"},
	{"packagist", "packagist_uut_{hex:64-72} packagist_out_{hex:64-72} packagist_ack_{hex:64-72} packagist_acs_{hex:64-72}", nil, "packagist_uut_{hex:20} packagist_ous_{hex:12}"},
	{"jetbrains", "perm:{b64u:8-120}.{b64u:8-120}.{b64p:24-120} perm-{b64u:8-120}.{b64u:8-120}.{b64p:24-120}", hasRandomPiece, "perm:read.write.execute perm-{low:8}.{low:8}.{low:30}"},
	{"circleci", "CCIPAT_{b62:22}_{hex:40} CCIPRJ_{b62:22}_{hex:40}", nil, "CCIPAT_{b62:22} CCIPAT_{b62:22}_{hex:20}"},
	{"buildkite", "bkua_{hex:40} bkaj_{b64u:40-200} bkct_{b62:40-80}", hasDigit, "bkua_{hex:20} bkct_{b62:10} abkua_{hex:40}"},
	{"sonar", "squ_{hex:40} sqp_{hex:40} sqa_{hex:40}", nil, "squ_{hex:20} sqp_{low:40} asqu_{hex:40}"},
	{"codeclimate", "CCPAT_{b62:30-60} qltp_{b62:40-60} qltcp_{b62:40-60} qltcw_{b62:40-60}", isScattered, "CCPAT_{b62:8} qltp_{low:44}"},
	{"postman", "PMAK-{hex:24}-{hex:34} PMAT-{up36:26}", nil, "PMAK-{hex:24} PMAT-{up36:12}"},
	{"readme", "rdme_{low36:70}", nil, "rdme_{low36:20} rdme_{low36:80}"},
	{"expo", "expo_{b62:40-60}", isScattered, "expo_{b62:12} expo_{low:44}"},
	{"trigger-dev", "tr_dev_{b62:20-24} tr_prod_{b62:20-24} tr_stg_{b62:20-24} tr_pat_{low36:40}", hasDigit, "tr_dev_{b62:8} tr_prod_{low:22} str_dev_{b62:22}"},
	{"inngest", "signkey-prod-{hex:64} signkey-test-{hex:64} signkey-branch-{hex:64}", nil, "signkey-prod-{hex:20} signkey-dev"},
	{"unkey", "unkey_{b62:22-60}", isScattered, "unkey_{b62:8} unkey_{low:30} funkey_{b62:30}"},
	{"val-town", "vtwn_{b62:24-60}", mixedCaseDigits, "vtwn_{b62:8} vtwn_{low:30}"},
	{"retool", "retool_{b62:24-60}", isScattered, "retool_{b62:8} retool_{low:26}"},
	{"metabase", "mb_{b64:43}= mb_{b64:44}", mixedCaseDigits, "mb_{b62:20} mb_{low:44} thumb_{b62:44}"},
	{"nocodb", "nc_pat_{b64u:40}", isScattered, "nc_pat_{b62:12} nc_pat_{low:40}"},
	{"apify", "apify_api_{b62:36}", nil, "apify_api_{b62:16} apify_api_{low:44} apify_proxy"},
	{"weblate", "wlu_{b62:36} wlp_{b62:36}", mixedCaseDigits, "wlu_{b62:20} wlp_{low:36}"},
	{"transifex", "1/{hex:40}", nil, "1/{hex:20} 11/{hex:40} 1/{hex:64}"},
	{"crowdin", "crowdin_{hex:80}", nil, "crowdin_{hex:40}"},
	{"appwrite", "standard_{hex:200-300}", nil, "standard_{hex:20} nonstandard_{hex:256}"},
	{"intra42", "s-s4t2ud-{hex:64} s-s4t2af-{hex:64}", nil, "u-s4t2ud-{hex:64} s-s4t2ud-{hex:20}"},
	{"maxmind", "{word:36}_mmk", nil, "{b62:6}_mmk {b62:6}_{b62:20}_mmk"},
}

// hasRandomPiece judges tokens whose parts are base64.
func hasRandomPiece(token string) bool { return mixedCaseDigits(token) && digitChanges(token) >= 4 }
