package extract

// Cue is one kind of hint that words give: a dialogue act, a form, a topic.
type Cue uint8

// The cues. The first are dialogue acts, the last are what a clause is about.
const (
	CueQuestion Cue = iota
	CueAsk
	CueOffer
	CueRecommend
	CueAccept
	CueRefuse
	CueAck
	CueCommit
	CueRequest
	CueDuty
	CueRemind
	CueAssign
	CueDone
	CuePending
	CueCancel
	CueChoose
	CueStay
	CuePolicy
	CueTaste
	CueHedge
	CueIf
	CueWish
	CuePast
	CueHearsay
	CueFun
	CueOption
	CuePostpone
	CueThanks
	CueMe
	CueWe
	CueYou
	CueThem
	CueCause
	CueLesson
	CueFact
	CueBelongs
	CueFigure
	CueTime
	CueDeadline
	CueAction
	CueErrand
	CueNot
	CueExplain
	CueFiction
	CueFeeling
	CueChange
	CueNow
	CueGreet
	CueDate
	cueCount
)

// cueWords lists the phrases of each cue. They match whole words and characters.
func cueWords() [cueCount]string {
	return [cueCount]string{
		CueQuestion:  "吗|呢|么|？|?|是不是|有没有|能不能|可不可以|要不要|行不行|对不对|好不好|会不会|该不该|多少|几点|几号|哪个|哪种|哪家|哪天|怎么|咋|啥|什么|为什么|为啥|谁|how|what|which|why|when should|when is|when do|where|who|whose|should i|should we|do i|do we|can i|can we|is it|is there|are there|does it|does the|did you|do you|would it|could i|what about|how about|any idea",
		CueAsk:       "帮我看|看看|查一下|查下|讲讲|说说|解释|翻译|润色|写一段|写个|写一个|改写|总结|列一下|算一下|给我|show me|tell me|explain|translate|rewrite|summarize|summarise|write a|write me|draft a|draft me|give me|list the|look up|calculate|polish|proofread|check the|check if",
		CueOffer:     "要不要我|需要我|要我|我可以帮|我可以|我来帮你|是否需要|是否要|要帮你|可以帮你|want me to|shall i|should i|i can|i could|do you want me|would you like|happy to|if you like|if you want|let me know if|need me to",
		CueRecommend: "建议|推荐|更合适|更省心|更稳|更好|最好|首选|优先|不妨|可以考虑|倾向|划算|recommend|suggest|i'd|i would|better|best|safer|makes sense|simplest|worth|the cleanest|go for|prefer|usually|consider",
		CueAccept:    "好|好的|行|可以|成|同意|没问题|就这样|就这么|就按|按你说的|听你的|嗯|对|那就|妥|ok|可|要|yes|yeah|yep|yup|sure|ok|okay|fine|agreed|deal|sounds good|works for me|works|perfect|great|good|+1|do it|go ahead|let's do|right|alright|fair enough|cool|sold|both",
		CueRefuse:    "不用|不要|不必|不需要|没必要|算了|别|不了|不行|不去|不买|不做|不换|不上|不搞|不考虑|免了|no|nope|nah|don't|not worth|no need|skip|never mind|nevermind|leave it|forget it|no thanks|rather not|pass on|not doing|won't|not going to|not gonna",
		CueAck:       "收到|记下|已记|明白|了解|知道了|好的|没问题|noted|got it|understood|ok|okay|makes sense|will do|i'll keep|recorded|saved|logged|remembered|on the list|added|sure",
		CueCommit:    "我来|我去|我会|我先|我再|我明天|我今晚|我晚上|我下午|我周|我等|我得|我这就|我回头|我待会|我一会|我负责|我打算|我准备|我今天|我下周|我弄|我写|我发|我改|我问|我约|我跟|我给|这周|i'll|i will|i'm going to|i am going to|i'm gonna|gonna|let me|i can do|i'll take|i've got to|i plan to|i'm on|i can take|we'll|i'm doing|on it|mine|leave it with me|i do the|i'm seeing|i'm picking|i'm calling",
		CueRequest:   "帮我|麻烦|请|你来|你去|你把|你先|给我|替我|记得|帮忙|你到时候|到时候提醒|出一份|整理一份|写一份|can you|could you|please|pls|plz|would you|make sure|i want you to|i need you to|send me|ping me|get me|have a draft|put together|prepare|keep an eye|watch for|let me know",
		CueDuty:      "要|得|必须|需要|应该|该|务必|一定要|还要|还得|还差|还没|还需|待|have to|need to|needs to|need|needs|must|has to|got to|gotta|should|supposed to|due|to be|required|still to|owe|owes|remains|outstanding|has got to",
		CueRemind:    "提醒|别忘|记得|记着|到时候叫|叫我|remind|reminder|don't forget|remember to|dont forget|don't let me forget|nudge",
		CueAssign:    "负责|交给|让|由|安排|派|你俩|你们|归|认领|分给|takes|take|handles|owns|is on|are on|assigned|in charge|will do|is doing|does the|to do the|brings|bring|is bringing|gets the|picks up|has agreed|promised|said he'll|said she'll|will send",
		CueDone:      "完了|好了|搞定|做完|办完|写完|已经|已|弄好|交了|发了|提交了|寄了|寄出|付了|交完|买了|买好|订了|订好|约了|约好|改完|改好|上线了|合了|修好|修了|装好|签了|办了|办好|收到了|拿到|到手|通过了|过了|解决|跑完|测完|画完|整理完|打了|打过|回了|续了|报了|报名了|预约了|搬完|退了|换了|取了|done|finished|sorted|sent|pushed|fixed|merged|submitted|paid|booked|ordered|completed|shipped|deployed|signed|filed|called|emailed|posted|delivered|cleaned|replaced|installed|picked up|in hand|handed in|is in|is out|went out|is up|updated|written|wrote|bought|got the|renewed|collected|arrived|confirmed|uploaded|cancelled the|all set|ticked|is live|landed|closed|rang|spoke to|spoken to|dropped off|returned|printed|packed|ran the|did the|finally|just",
		CuePending:   "还没|没来得及|尚未|未完|还差|没弄|没做|没交|没买|not yet|haven't|hasn't|still need|still haven't|yet to|not done|pending|waiting|didn't get",
		CueCancel:    "取消|不去了|不做了|不用了|不搞了|不买了|作废|黄了|泡汤|撤了|算了|放弃|停了|不办|不来了|退掉|不参加|砍掉|cancel|cancelled|canceled|called off|scrap|scrapped|drop|dropped|not happening|isn't happening|off the table|forget|bin|binned|no longer|abandon|fell through|not going|pull out|pulled out|kill|axed|shelve|off now|is off|scratch",
		CueChoose:    "定|就定|定了|就选|选|决定|敲定|拍板|就用|就要|用|就|那就|就它|走|采用|改成|改为|换成|统一|还是|保留|先用|先上|要第|第一个|第二个|前者|后者|买|订|go with|going with|went with|let's|lets|decided|decision|settled|final|finally|we're doing|we'll go|it is|then|pick|picking|choose|chose|chosen|opt|stick|sticking|keep|keeping|use|using|make it|take the|i'll take|we use|locked|lock it|locking|set it|instead|the first|the second|option|former|latter|calling it",
		CueStay:      "不变|维持|继续|照旧|先不|暂时不|不动|stays|stay|staying|unchanged|as is|same as|keep the|hold off|not now|for now",
		CuePolicy:    "以后|今后|从现在起|从今天起|一律|统一|每次|凡是|任何|所有|只|不许|不准|禁止|规定|原则|默认|每周|每天|每月|都要|都得|都用|从下|from now on|always|never|every|any|all|only|no more|rule|policy|default|by default|each|going forward|nobody|no one|must not|from here on|unless|whenever|until further",
		CueTaste:     "喜欢|不喜欢|偏好|习惯|讨厌|受不了|爱|不爱|怕|不吃|最烦|更喜欢|我一般|我都|宁可|宁愿|别给我|不要给我|i like|i love|i hate|i prefer|prefer|favorite|favourite|can't stand|i don't like|i never|i always|i'm not a|i usually|i tend|i'd rather|allergic|not a fan|don't ever|can't do|don't do",
		CueHedge:     "可能|也许|大概|应该|估计|或许|不一定|说不定|再说|再看|看情况|考虑|想想|犹豫|纠结|好像|似乎|感觉|貌似|差不多|随便|都行|maybe|might|perhaps|probably|possibly|not sure|guess|think|thinking|leaning|could|seems|seem|sounds like|i suppose|kind of|sort of|depends|we'll see|tempted|wondering|undecided|torn|idk|dunno|assume",
		CueIf:        "如果|要是|假如|万一|的话|否则|不然|除非|只要|if|unless|in case|otherwise|would|assuming|when the|once|whether|suppose",
		CueWish:      "希望|想要|真想|有机会|将来|有空|改天|哪天|下次|什么时候|someday|some day|one day|wish|hope|hoping|eventually|at some point|would be nice|would love|one of these days|when i have time|dream",
		CuePast:      "昨天|前天|上周|上个月|去年|以前|之前|当时|那时|小时候|曾经|前几天|上次|刚才|那年|原来|yesterday|last week|last month|last year|last night|last time|ago|used to|back in|was|were|had|when i was|once|back then|previously|earlier|had to",
		CueHearsay:   "说|据说|听说|他说|她说|他们说|网上|新闻|看到|有人|原文|写着|says|said|saying|according|apparently|heard|told me|told|they say|rumor|article|the doc|wrote|reckons|claims|quote",
		CueFun:       "哈哈|笑死|开玩笑|逗|呵呵|嘿嘿|lol|haha|hahaha|lmao|joking|kidding|jk|😂|😅|🤣|ha",
		CueOption:    "还是|或者|或|要么|方案|两种|三种|两个|二选一|选项|or|either|option|options|versus|vs|alternatively|between",
		CuePostpone:  "改到|推迟|延期|挪到|顺延|往后|提前|改成|晚几天|改期|postpone|postponed|push|pushed to|moved to|move it|reschedule|rescheduled|delay|delayed|slip|slipped|bump|instead|make it",
		CueThanks:    "谢谢|多谢|辛苦|感谢|thanks|thank you|ta|cheers|thx|appreciated|nice|lovely|great",
		CueMe:        "我|我的|本人|i|i'm|i've|i'd|i'll|me|my|mine|im|ive|ill",
		CueWe:        "我们|咱|咱们|我家|我司|公司|团队|我们组|全家|we|we're|we've|we'll|our|us|ours|let's|team|everyone",
		CueYou:       "你|您|你的|you|your|you're|you'll|you've",
		CueThem:      "他|她|他们|她们|老师|医生|老板|经理|同事|妈|爸|老婆|老公|媳妇|孩子|儿子|女儿|法务|财务|人事|运维|前端|后端|产品|客户|房东|物业|师傅|领导|she|he|they|he's|she's|they're|her|him|his|their|mum|mom|dad|wife|husband|boss|landlord|doctor|client|kid|kids|son|daughter|teacher|vet|plumber|manager|legal|finance|brother|sister|neighbor|neighbour",
		CueCause:     "因为|原因|导致|根因|是因为|引起|造成|问题出在|所致|结果是|原来是|because|root cause|caused|causes|cause|turns out|turned out|due to|the culprit|reason|the problem was|the issue was|the fix|was the|comes from|came from|leaks|explains",
		CueLesson:    "教训|记住|经验|发现|注意|坑|才行|才能|不能再|千万|lesson|learned|learnt|note to self|turns out|remember that|trick|works if|only works|you have to|needs to be|beware|gotcha|for the record|for reference|fyi",
		CueFact:      "是|有|在|叫|住|位于|限|上限|最多|至少|只能|不能|生日|地址|电话|密码|账号|端口|版本|合同|有效期|到期|过敏|对|血型|型号|尺寸|预算|价格|工资|班|号线|名字|配置|内存|服务器|is|are|has|have|lives|named|called|runs on|max|limit|capped|at most|at least|only|can't|cannot|birthday|address|number|password|account|port|version|contract|expires|expire|allergic|allergy|size|model|budget|code|plate|wifi|lease|ends|starts|opens|closes|hosted|located|contact|works at|belongs",
		CueBelongs:   "我的|我们的|我家|我妈|我爸|我老婆|我老公|我儿子|我女儿|我这|我那|家里|公司的|我们公司|我们组|我朋友|我同事|我们这|my|our|mine|ours|his|her|their|my wife|my husband|my mum|my mom|my dad|my boss|my son|my daughter|we have|we've got|i have|i've got|we only have|at work|our team",
		CueFigure:    "块|元|万|千|百|%|度|公里|米|厘米|斤|公斤|克|毫升|小时|分钟|天|岁|人|个月|年|折|平米|平|kg|km|gb|mb|tb|ms|mg|ml|percent|hours|hour|minutes|mins|days|weeks|months|years|people|k|usd|eur|quid|dollars|bucks|pounds|£|$|€",
		CueTime:      "今天|今晚|明天|明早|明晚|后天|周一|周二|周三|周四|周五|周六|周日|周末|下周|本周|月底|月初|年底|上午|下午|晚上|中午|早上|星期|礼拜|点|号|today|tonight|tomorrow|monday|tuesday|wednesday|thursday|friday|saturday|sunday|mon|tue|tues|wed|thu|thurs|fri|sat|sun|weekend|next week|this week|morning|afternoon|evening|noon|end of|month|am|pm|eod|midnight",
		CueDeadline:  "前|之前|以前|截止|最晚|最迟|内|为止|by|before|until|due|deadline|no later|at the latest|within|end of day|eod|cutoff|closes",
		CueAction:    "发|写|改|做|买|订|交|查|问|约|打电话|寄|取|送|修|装|测|跑|提交|准备|整理|更新|部署|上线|联系|通知|确认|预约|报名|续|退|换|搬|打印|付|缴|画|补|拍|带|回复|跟进|安排|合并|迁移|备份|审|签|填|send|write|call|email|book|buy|pay|check|fix|ship|deploy|update|order|ask|schedule|submit|review|prepare|draft|clean|pick|renew|print|sign|test|run|move|finish|merge|file|register|return|bring|contact|confirm|invite|upload|chase|sort|post|collect|reply|arrange|cancel|install|replace|document|migrate|rotate|ring|tell|get|drop off|set up|follow up|measure|pack",
		CueErrand:    "报销|快递|医院|体检|挂号|发票|合同|签证|护照|驾照|保险|房租|水电|作业|论文|报告|简历|面试|会议|周报|PPT|ppt|机票|酒店|车票|药|疫苗|家长会|invoice|passport|visa|insurance|rent|bill|appointment|dentist|report|slides|deck|contract|ticket|tickets|hotel|flight|prescription|tax|form|application|homework|essay|resume|interview|meeting|parcel|package|keys|deposit|license|licence|quote|pr|release",
		CueNot:       "不|没|别|无|未|not|no|never|don't|doesn't|didn't|isn't|can't|cannot|won't|without|none",
		CueExplain:   "是指|指的是|一般|通常|原理|区别|意思|比如|例如|也就是|简单说|本质|分为|means|refers|typically|generally|usually|e.g|for example|for instance|such as|in general|basically|common|normally|depends on|most",
		CueFiction:   "小说|故事|剧情|台词|歌词|电影|主角|诗|原文|译文|条款|甲方|乙方|游戏|lyrics|novel|story|character|chapter|scene|poem|clause|movie|episode|plot|song|game|fiction",
		CueFeeling:   "累|烦|开心|难过|生气|郁闷|太|真|好吃|舒服|无语|唉|哎|崩溃|终于|tired|happy|sad|annoyed|love it|ugh|sigh|wow|phew|glad|sorry|sick of|stressed|hate|amazing|brilliant|gutted|nightmare",
		CueChange:    "改|换|加|减|去掉|删|增加|降到|提到|调|设|设成|设为|change|switch|add|remove|set|raise|lower|bump|ramp|increase|decrease|reduce|swap|turn off|turn on|enable|disable|rename|split|cut|extend|limit",
		CueNow:       "现在|马上|立刻|刚|刚刚|正在|目前|now|right now|just now|immediately|currently|at the moment|so far|this minute",
		CueGreet:     "早|你好|嗨|晚安|再见|拜|hi|hey|hello|morning|bye|night|good morning|see you|welcome|you're welcome|不客气",
	}
}

// Cues is a set of [Cue].
type Cues uint64

func (c Cues) has(cue Cue) bool { return c>>cue&1 == 1 }
