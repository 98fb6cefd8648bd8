"""Words and letters by which a language is known: the commonest, and some of our courses.

Words are folded: lower case, without accents (đ, ł and ı as d, l and i). A word that several
languages have says less than one that only one has; `languages` counts with that.
"""

# fmt: off
LATIN_WORDS = {
    "en": """
        the of and to in is are was were be been it this that these those for with on at by from as
        we you they he she our your their i my me us do does did how what when where which who why
        can could should would will not no yes have has had or but if about there here than then
        please thank thanks hello question answer water city people more many most all any after
        before because into also only very good help need want know think use used make port ports
        bus buses case cases data system systems smart sensor sensors management level safety health
        hospital public service services experience training course traffic waste flood project
        reduction leakage anyone someone everyone cities sharing lesson
        """,
    "vi": """
        va cua la cac nhung duoc cho trong mot nguoi chung toi ban co khong nay voi tai ve thi da
        dang se o den tu nhu cung hay hoac nhieu it rat qua lam sao gi nao bao dau khi neu vi nen de
        phai can muon biet xin cam on chao hoi anh chi em ho ong ba thanh pho giao thong nuoc sach
        cang bien xe buyt benh vien truong hoc duong thoat quan ly du lieu dich vu moi trien khai
        hanh thuc hien kinh nghiem giai phap ngap mua nha tram kiem soat huyen quy hoach tinh phuong
        tieu chuan dam tau thuy may ai chua lu thay rac
        """,
    "id": """
        dan yang di ke dari untuk dengan ini itu adalah tidak akan kami kita mereka anda saya pada
        dalam oleh juga bisa dapat karena sudah telah belum atau tetapi jika apa bagaimana mengapa
        kapan dimana siapa berapa sangat lebih banyak semua setelah sebelum terima kasih selamat
        kota air bersih pelabuhan laut jalan banjir sampah kesehatan rumah sakit pengelolaan
        masyarakat pemerintah kendaraan tolong mohon jawaban pertanyaan seperti antara para
        pengalaman mengurangi ada tahu cara belajar kualitas angkutan limbah pengolahan data sistem
        """,
    "ms": """
        dan yang di ke dari untuk dengan ini itu adalah tidak akan kami kita mereka saya pada dalam
        oleh juga kerana sudah telah belum atau tetapi jika apa bagaimana bila siapa sangat lebih
        banyak semua selepas sebelum terima kasih boleh ialah bahawa awak bandar bas perkhidmatan
        hospital pesakit tak hendak daripada kepada sila soalan jawapan bandaraya kenderaan air
        pelabuhan laut ada tahu cara pengalaman kualiti sistem data
        """,
    "fil": """
        ang mga ng sa na ay at si ni kay para po ko mo niya namin natin ninyo nila kami tayo kayo
        sila ako ikaw siya ito iyan iyon dito doon paano bakit kailan saan sino ano hindi oo wala
        may mayroon lang din rin kung dahil pero salamat tubig lungsod tao bahay ospital daan
        magandang araw kumusta
        """,
    "fr": """
        le la les un une des de du et est sont dans pour par sur avec que qui ne pas nous vous ils
        elle elles il je tu on ce cette ces son sa ses leur leurs notre votre nos vos mais ou donc
        si comment pourquoi quand quel quelle quels plus tres bien aussi etre avoir fait faire ete a
        au aux en se y l d qu c n s j merci bonjour eau ville port sante hopital gens rue gestion
        eaux quelqu quelque donnees systeme systemes niveau transport transports dechets experience
        securite service services bus reseau inondation inondations pluviales
        """,
    "es": """
        el la los las un una unos unas de del y es son en para por con que no nos se lo le les su
        sus nuestro nuestra nuestros este esta estos estas pero o si como porque cuando donde cual
        quien mas muy bien tambien ser estar tiene tienen hay fue ha han al yo tu usted ustedes
        gracias hola agua ciudad puerto salud hospital gente calle pregunta respuesta hacer puede
        experiencia gestion alguien sabe datos sistema nivel calidad transporte residuos servicio
        servicios inundacion inundaciones seguridad sensores autobus
        """,
    "pt": """
        o a os as um uma uns umas de do da dos das e em no na nos nas para por pelo pela com que nao
        se seu sua seus suas nosso nossa este esta isso isto mas ou como porque quando onde qual
        quem mais muito bem tambem ser estar tem foi ha ao aos eu voce voces obrigado obrigada ola
        agua cidade porto saude hospital gente rua pergunta resposta fazer pode sao ja experiencia
        gestao alguem sabe dados sistema nivel qualidade transporte residuos servico servicos
        inundacao seguranca sensores autocarro autocarros onibus
        """,
    "it": """
        il lo la i gli le un uno una di del della dei delle degli e sono nel nella in per con che
        non si ci vi suo sua nostro nostra questo questa questi ma o se come perche quando dove
        quale chi piu molto bene anche essere avere ha hanno al alla da dal dalla su sul noi voi
        loro io grazie ciao buongiorno acqua citta porto salute ospedale gente strada fare puo
        esperienza gestione qualcuno acque dati sistema livello qualita trasporto trasporti rifiuti
        servizio sicurezza sensori autobus
        """,
    "de": """
        der die das den dem des ein eine einen einem einer und ist sind war in im zu zum zur fur mit
        auf von vom bei nach aus wir sie ihr er es ich du uns unser unsere ihre nicht kein keine
        dass wie was wann wo wer warum aber oder wenn auch nur sehr mehr noch schon haben hat hatte
        wird werden konnen kann muss danke hallo wasser stadt hafen gesundheit krankenhaus leute
        jemand erfahrung erfahrungen daten verkehr abfall sicherheit dienst bus busse system
        sensoren
        """,
    "tr": """
        ve bir bu su o da de icin ile ne nasil neden kim nerede hangi mi mu degil var yok cok daha
        en gibi kadar sonra once ama veya biz siz onlar ben sen bizim sizin olan olarak oldu olur
        eder tesekkurler merhaba sehir belediye liman saglik hastane yol soru cevap icinde uzerinde
        bizde yardim lazim deneyim veri sistem ulasim atik guvenlik hizmet sel otobus
        """,
    "sw": """
        na ya wa kwa ni katika la za cha vya kama hii hiyo hizi huu huo hawa sisi wao mimi wewe yeye
        yetu wetu zetu lakini au pia sana zaidi baada kabla gani vipi nini wapi nani kwamba ambao
        ambayo asante karibu habari maji mji jiji bandari afya hospitali watu barabara swali jibu
        tafadhali hakuna kuna bila hadi
        """,
    "pl": """
        i w z na do nie to jest sa sie ze jak o od po przez dla przy oraz ale czy co kto gdzie kiedy
        dlaczego my wy oni ja ty on ona nasz nasza nasze ich jego jej ten ta te tego tej byc byl
        bardzo wiecej dziekuje prosze witam woda miasto miasta zdrowie szpital ludzie ulica mamy
        dane system transport odpady bezpieczenstwo doswiadczenie ktos
        """,
    "uz": """
        va bilan uchun bu shu bir emas qanday nega qachon qayerda kim nima biz siz ular men sen
        bizning sizning ham lekin yoki agar juda eng keyin oldin bor kerak mumkin rahmat salom suv
        shahar shahri yol kasalxona sogliq odamlar savol javob haqida
        """,
}

CYRILLIC_WORDS = {
    "ru": """
        и в на не что это как для по из к у о от до мы вы они он она оно я ты наш наша наши ваш их
        его ее с со за но или если когда где кто почему какой какая какие очень также уже еще есть
        был была были быть можно нужно спасибо здравствуйте вода воды город города порт больница
        здоровье люди вопрос ответ при без чтобы
        """,
    "mn": """
        байна байгаа байсан болон нь юм юу яаж хэрхэн хэзээ хаана хэн яагаад бид та тэд би чи манай
        танай тэдний энэ тэр эдгээр гэж гэсэн гэх мөн бас ба эсвэл харин хэрэв учир тулд хийх хийж
        баярлалаа сайн уу вэ бэ ус усны хот хотын боомт эмнэлэг эрүүл мэнд хүн хүмүүс зам асуулт
        хариулт дээр дараа өмнө их олон бол биш үгүй
        """,
    "kk": """
        және мен бен үшін бұл сол осы бір емес қалай неге қашан қайда кім не біз сіз олар ол біздің
        сіздің да де бірақ немесе егер өте кейін бұрын бар керек мүмкін рахмет сәлем су қала қаланың
        жол аурухана денсаулық адамдар сұрақ жауап туралы
        """,
    "uz": """
        ва билан учун бу бир эмас қандай нега қачон қаерда ким нима биз сиз улар бизнинг сизнинг
        ҳам лекин ёки агар жуда кейин бор керак мумкин раҳмат салом сув шаҳар йўл касалхона
        """,
}

ARABIC_WORDS = {
    "ar": """
        في من على الى عن مع هذا هذه ذلك التي الذي كان كانت يكون هو هي هم نحن انتم انا لا لم لن ما
        كيف لماذا متى اين ماذا هل او و ثم لكن اذا كل بعد قبل شكرا مرحبا المياه المدينة الميناء
        الصحة المستشفى الناس السؤال لدينا
        """,
    "fa": """
        از به در با که را این آن برای است بود هست شد می ما شما انها آنها او من تا یا و اما اگر چه
        چگونه چرا کی کجا چیست های هم نیز بسیار بعد قبل ممنون سلام آب شهر بندر بیمارستان سلامت مردم
        پرسش پاسخ کنید کرد شده ها
        """,
    "ur": """
        کا کی کے میں ہے ہیں سے کو نے اور یہ وہ پر کیا کیسے کیوں ہم آپ نہیں تھا ہو گا شکریہ پانی شہر
        """,
}

DEVANAGARI_WORDS = {
    "hi": """
        है हैं का की के में को से और यह वह पर ने कि जो हम आप वे मैं नहीं था थे थी हो क्या कैसे क्यों कब कहाँ
        कौन लिए भी एक इस उस कर रहे रहा धन्यवाद नमस्ते पानी शहर बंदरगाह अस्पताल लोग हमारे आपके
        """,
    "ne": """
        छ छन् हो का को मा र ले लाई बाट यो त्यो हामी तपाईं उनी म होइन थियो के कसरी किन कहिले कहाँ लागि पनि
        एक गर्न गर्नुहोस् हाम्रो धन्यवाद नमस्कार पानी सहर बन्दरगाह अस्पताल मानिस भएको
        """,
    "mr": """
        आहे आहेत आणि चा ची चे च्या मध्ये ला हे हा ही ते आम्ही तुम्ही मी नाही होते काय कसे का कधी कुठे साठी पण
        एक करा आमच्या धन्यवाद नमस्कार पाणी शहर बंदर रुग्णालय लोक
        """,
}

# Letters that few languages have, each with those that have it.
LETTERS = {
    "ăạảắằẳẵặấầẩẫậđẹẻẽếềểễệỉĩịọỏốồổỗộớờởỡợơụủũứừửữựưỳỵỷỹ": ["vi"],
    "ñ¿¡": ["es"], "ãõ": ["pt", "vi"], "ç": ["fr", "pt", "tr"], "œëîûï": ["fr"],
    "è": ["fr", "it", "vi"], "à": ["fr", "it", "pt", "vi"], "ùìò": ["it", "vi"],
    "é": ["fr", "es", "pt", "it", "vi"], "óíáú": ["es", "pt", "vi"], "êâô": ["fr", "pt", "vi"],
    "ßä": ["de"], "öü": ["de", "tr"], "şğı": ["tr"], "łąęśźżńć": ["pl"],
    "ыэъ": ["ru", "mn", "kk"], "щё": ["ru"], "өү": ["mn", "kk"], "әғңұһі": ["kk"],
    "ўҳ": ["uz"], "қ": ["kk", "uz"],
    "پچژگکی": ["fa", "ur"], "ٹڈڑےںہھ": ["ur"], "ةىيكأإ": ["ar"], "ळ": ["mr"],
}

# The same words in characters of the mainland and of Taiwan; pairs of which only one is written.
SIMPLIFIED_AND_TRADITIONAL = """
    们們 个個 这這 来來 时時 为為 国國 会會 对對 说說 开開 学學 过過 还還 进進 样樣
    种種 动動 问問 间間 从從 应應 关關 长長 现現 实實 两兩 经經 发發 业業 产產 务務
    员員 区區 号號 处處 数數 据據 统統 车車 运運 输輸 轻輕 铁鐵 线線 网網 络絡 设設
    计計 划劃 规規 环環 护護 废廢 监監 测測 气氣 灾災 医醫 疗療 诊診 药藥 卫衛 习習
    训訓 师師 课課 题題 语語 请請 谢謝 让讓 认認 识識 论論 讨討 译譯 读讀 书書 写寫
    报報 导導 岛島 东東 乐樂 龙龍 华華 湾灣 义義 乡鄉 县縣 桥橋 楼樓 场場 岁歲 农農
    鱼魚 舰艦 码碼 头頭 货貨 柜櫃 贸貿 贵貴 费費 购購 资資 质質 验驗 证證 签簽 检檢
    标標 确確 错錯 图圖 画畫 传傳 专專 丝絲 严嚴 丰豐 临臨 举舉 么麼 乌烏 买買 卖賣
    亚亞 亲親 亿億 仅僅 仓倉 优優 伟偉 伤傷 体體 价價 众眾 侧側 偿償 储儲 儿兒 党黨
    兰蘭 兴興 养養 军軍 决決 况況 净淨 减減 几幾 凤鳳 击擊 创創 办辦 劳勞 势勢 单單
    卢盧 厂廠 历歷 压壓 厅廳 参參 双雙 变變 叶葉 听聽 启啟 吗嗎 响響 团團 园園 围圍
    坏壞 块塊 坚堅 垒壘 声聲 备備 复復 够夠 妇婦 宁寧 宝寶 审審 宽寬 宾賓 将將 尔爾
    尘塵 尝嘗 层層 属屬 岗崗 币幣 帮幫 带帶 库庫 张張 弹彈 强強 归歸 录錄 忆憶 忧憂
    怀懷 态態 总總 恶惡 户戶 担擔 拥擁 择擇 挥揮 损損 换換 摄攝 无無 旧舊 显顯 晓曉
    术術 机機 杂雜 权權 条條 极極 构構 枪槍 树樹 欢歡 残殘 毕畢 沟溝 没沒 泽澤 洁潔
    浅淺 浇澆 济濟 浓濃 涂塗 润潤 涨漲 渔漁 湿濕 满滿 灭滅 灯燈 灵靈 点點 烂爛 热熱
    爱愛 状狀 独獨 狭狹 献獻 电電 畅暢 疮瘡 痒癢 盐鹽 盖蓋 盘盤 础礎 离離 积積 称稱
    稳穩 穷窮 竞競 笔筆 筑築 简簡 类類 粮糧 紧緊 纪紀 约約 级級 纸紙 织織 终終 组組
    细細 结結 给給 继繼 续續 维維 综綜 绿綠 缓緩 编編 缩縮 罗羅 罚罰 职職 联聯 聪聰
    肃肅 肤膚 胜勝 脑腦 脏臟 节節 苏蘇 荐薦 获獲 营營 虑慮 虽雖 补補 装裝 见見 观觀
    觉覺 览覽 触觸 订訂 记記 许許 访訪 评評 词詞 试試 该該 详詳 误誤 调調 谁誰 谈談
    负負 财財 责責 败敗 贫貧 赛賽 赵趙 趋趨 跃躍 转轉 轮輪 软軟 载載 较較 辆輛 边邊
    达達 迁遷 迟遲 适適 选選 递遞 遗遺 邮郵 邻鄰 酿釀 释釋 针針 钟鐘 钱錢 铺鋪 链鏈
    销銷 锁鎖 镇鎮 门門 闭閉 阅閱 队隊 阳陽 阴陰 阶階 际際 陆陸 陈陳 险險 随隨 难難
    雾霧 静靜 韩韓 顶頂 项項 顺順 须須 顾顧 预預 领領 频頻 额額 风風 飞飛 饮飲 馆館
    马馬 驾駕 驶駛 骗騙 鲁魯 鸟鳥 麦麥 黄黃 齐齊 龄齡
"""
# fmt: on
