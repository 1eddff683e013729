"""First names of the Latvian calendar and surnames that are frequent in Latvia, Russian and English ones beside them.

Many everyday words are names here (kaija, dzintars, roze, ozols), and a word that is somebody's name is easily guessed.
"""

LATVIAN = """
abols aelita agate agita agnese agnija agris aigars aija aina ainis ainārs airis aiva aivars akmens akmentiņš alda
aldis aleksandra aleksandrs aleksejs alfons alfrēds alise alksnis alma alvils alvis amanda anastasija ance anda andis
andra andrejs andris anete anita anna annija antonija antons antra anžela apinis apse apsītis argita aris armands
arnis arnolds aronija artis arturs artūrs arvis arvīds asja asnate aspazija asta astra astrīda atis auce augusts
auseklis ausma austra austris auziņš avotiņš avots baiba balode balodis baltais baltiņš barba baņuta beatrise benita
beāte biruta birznieks birzs bite bitīte blūms bondars breikšs brencis briedis brigita broks broņislava bruno brūns
brūveris buks bulis bumbieris bērtulis bērziņš bērzs celmiņš celms cepurītis cukurs cīrulis dace dagmāra dagnija daiga
daila daina dainis dainuvīte daira dambergs dambis dana danga daniela daniels daukste daumants deksnis deniss didzis
dimants dita ditmārs diāna dmitrijs doloresa donats dora dreimanis drosma druva druvis druvvaldis dzelzs dzenis dzidra
dzidris dzilna dzintars dzintra dzērve dzīle dāgs dāvids dāvis dīna edgars edmunds eduards edvīns edīte egija egils
egita egle eglīte eglītis egons eižens eižēnija eleonora elga elita eliza elizabete ella elmārs elmīra elvis elvīra
elza elīna emīlija emīls enija enriko erna ernests estere eva evelīna everita evija evita ezera ezeriņš ezers ezis
feldmanis francis freibergs freimanis fricis frīdis fēlikss gaida gaidis gaigala gailis gailītis gaitis garais
gaujenietis ginta gints glorija goba gobiņš graudiņš grauds grava gredzens grieta griķis grāvītis grēta grīnbergs
grīnfelds grūbe guna gundars gundega gunita gunta guntars guntis guntra gunvaldis gunvaris gunārs gustavs guste gārsa
haralds hardijs harijs harita heinrihs helga helmuts helēna henriete henrijs herberts hermanis hilda hugo ida ieva
igors ija ilga ilgvars ilona ilva ilvars ilze imanta imants inese ineta inga ingars ingmārs ingrīda inguna ingus
ingvars ingūna inta ints ināra ināris ira iraida irbe irbītis irina irita irma irmgarde irēna ivanda ivars iveta ivita
ivo ivs izabella izaks izidors jadviga jana janson jansons janīna jaunzems jautrīte jermaks jevgeņija jeļena jogita
jolanta jorens juliāna juliāns juris justs justīne juta jānis jāzeps jēkabs jēkabsons jūlija jūlijs kaija kaiva
kalnbērzs kalniņš kalns kalva kalve kalvis kalējs kamila kangars karina karlīna karolīna karīna kaspars kate katrīna
kauliņš kaupužs kazimirs kazāks klaudija klinta klints klāra klāvs kociņš kokins konrāds konstance konstantīns kora
krastiņš krasts kraukle krauklis krieviņš krista kristaps kristers kristiāna kristiāns krists kristīna kristīne
krišjānis krišs krustiņš krūmiņš krūms krūze kuplais kurpnieks kviesis kārina kārkliņš kārkls kārlis kļava kļaviņš
kūla laila laima laimdota laimnesis laimonis laine laiviņš lana lapa lapiņš lapsa larija larisa lasis lauks laukums
lauma laura lauris lauva lazda lazdiņš lea lelde leldis lenards leonarda leonards leons leontīne leonīds lidija liega
lielais liena liene lienīte liepa liepiņš liesma ligija lilija lilita liliāna linards linda lizete lodiņš lolita
lonija lote lotārs lucija ludis ludmila ludvigs luīze lāce lācis lība līcis līdaka līga līgonis līksma līna līnis līva
līvija līze lūcija lūkass lūks lūsis madara magda magdalēna maiga maija mairis mairita maks maksims maksis malda malta
malvīne manfreds mareks margarita margita margrieta marija marika mariuss marks markuss marta matilde matīss mazais
mednis meiers melderis melnis meža meže mežs mežulis mežvaldis miervaldis miezis miezītis miglāns mihails mikelis
mikus milda millers mintauts mirdza mirta miķelis modra modris monika monta monvids monvīds morics mucenieks muižnieks
muntis māra mārcis mārica māris mārtiņš mārīte mētra mūrnieks nadežda nagla naglis nanija narcisa nataļja natālija
nauris nellija niedra niedre niklāvs nikola nikolajs nikolass nils noldis nora norberts norma normunds oda odeta
odrija ogle ogre ogriņš ojārs oksana olafs olga olis oliver osis oskars osvalds oto otomārs otto otīlija ozola ozoliņš
ozols oļegs oļģerts ošiņš ošs paegle paeglis pakalns palejs palma palmira paula pauls paulīne pelēks petersons pija
pjērs pliens plūme podnieks poga poļina priede priedītis priežu pupols puriņš purmalis purviņš purvs putniņš putns
puķe puķītis pārsla pāvels pāvils pērkons pēteris pētersons pīle pīlādzis pļava pļaviņš pūce pūpols ragana raiens
raimonds rainers raisa raita raitis raivis ralfs ramona rasa rasma ratnieks rebeka regnārs regīna reinfelds reinholds
reinis renārs renāte renāts rics riekstiņš rieksts rihards rita ritma ritvars ričards roberta roberts rodrigo rodrigs
rodžers roga rolands romans romualds ronalds roze rozentāls rozālija rozīte rozītis rubenis ruberts rudzis rudzītis
rudīte rukšāns rumba rusins ruslans ruta rūdolfs rūsiņš rūta sabina sabīne saiva salmiņš salna salvis salvita samanta
sanda sandis sandra sandris sanija sanita santa santis sarma sarmis sarmīte saulcerīte saule saulvedis saulīte
saulītis savēlijs sebastjans selga selita selma sermulis sigita sigmārs signe signija sigurds sigvards silga siliņš
sils silva silvestrs silvija simanis simona skaidra skaidris skaidrīte skudra skuja skujiņš skābenis slaidiņš slota
smaida smilga smilgs smuidra sniedze sniega sofija soloduha solveiga spodra spodris spriņģis sproģis spāre spārniņš
staņislava staņislavs stefānija stella stepiņš straume strautiņš strauts strazdiņš strazds stārks stūris stūrītis
sudrabs svars svece sven svens svetlana svilpe svētlana sēja sīlis sīmanis sīpols tabita taiga taira taiva tamāra
tatjana tauriņš teika teiksma tekla tenis teodora teodors terēze teteris tija titāns tomass toms tonija toņa turiņš
tālis tālivaldis tālrīts tērauds tīna tīne tīrelis tīrums uburģis uga ulda uldis una undīne unigunde upe upmalis upīte
upītis urbāns urzula uva uģis vagulis vaira vairis vaiva valda valdemārs valdis valentīna valentīns valfrīds valija
valters valtra valts valērija valērijs vanags vanda varis veidemanis veldze velga velta vendija veneranda venta ventis
vera verners veronika vidaga vidvuds vija viktorija viktors vilciņš vilhelmīne vilis vilks vilma vilmārs vilnis
vilnītis viola violeta virdžīnija virgīnija visvaldis visvaris vita vitauts vitolds vitālijs vizbulīte vizma vizulis
vladimirs vladislava vladislavs voldemārs vārna vāvere vēja vējiņš vējš vēsma vīgants vīksna vītiņš vītola vītoliņš
vītols zaiga zanda zane zanis zariņš zars zaķis zelma zeltiņš zelts zeltīte zemgals zemgus zemītis zenta ziediņš
ziedonis zieds ziedīte ziemelis zigfrīds zigmunds zigmārs zigrīda zilga zilgma zilvija zina zinta zintis zirgs zirnis
zirnītis zita zivtiņš znotiņš zobens zoja zuzanna zvaigzne zvaigznīte zvaigzīte zvejnieks zvirbulis zāle zālīte
zāģeris zīle zīriņš ābele āboliņš ābols ārija āriņš āzis ērglis ērika ēriks ērvins ģertrūde ģirts īrisa īvs ķeris
ķirsis ķirsons ķēniņš ņina šmits šteins šķēle žagars žagata žaklīna žanete žanis žanna žermēna žīgurs
"""
RUSSIAN = """
александр алексей алина алла анастасия андрей анна антон арина арсений артём баран беда белка белуга берёза бобёр
богдан бондарь борис борода бочка бублик бугай бык вадим валентин валентина валерий валерия ваня варвара василий
василиса вася вера вероника виктор виктория виталий владимир владислав волк воробей ворон ворона всеволод вячеслав
галина галка геннадий георгий герман глеб гриб григорий гриша гроза гром груша гусь даниил дарья даша денис диана дима
дмитрий дрозд дуб дуда дятел евгений евгения егор екатерина елена елизавета жанна женя жук журавль заяц звезда зима
зинаида зозуля зоя зуб ива иван игорь илья инга инна ирина кабан казак калина камень карась карп катя кира кирилл
клавдия клюква ключ клён коваль ковалёв коза козёл колокол коля константин король кот кравец кравчук кристина крюк
ксения кузнец кузьма кукушка кулик лариса лебедь лев лена леонид лещ лидия лиса лоза лось лук люба любовь людмила лён
лёша майя максим малина маргарита марина мария марк матвей маша медведь мельник мила милана михаил миша мороз муха
надежда надя налим наталья никита николай нина нонна оксана окунь олег олеся ольга оля ореховый орёл осина остров
павел паша перец петух петя платон полина пономарь прохор пчела пётр раиса ракита регина репа роза рома роман руслан
рыба савелий сахар саша света светлана святослав север семён серафима сергей скворец скиба скрипка слава снег снегирь
снежана сокол соловей соль сом соня сорока сосна софия станислав стас степан степанида стрела сыч таисия тамара таня
тарас татьяна теплый тимофей тимур тополь травка туз туча ульяна ус утка фаина филипп фёдор хмель цветок чайка
черепаха чиж шевчук шило щегол щука эдуард элла эльвира эмма юлия юрий язь яков яна янтарь ярослав ярослава ёж
"""
ENGLISH = """
abigail adam alan albert alexander alice amanda amber amelia amy andrew angela ann anna anthony april archer arthur
ash ashley august autumn baker barbara barker basil beau bell benjamin berry bill birch bird bishop black blossom bob
boot bow bowl brook brooks brown bruce bud bush butler candy carol carter cat charles charlotte cherry chip christian
christopher clay cliff clover coffey cole cook cooper coral cotton crystal daisy dale daniel david dawn dean deborah
destiny diamond dixie dolly donald dorothy drake dustin dusty ebony eddy edward elizabeth ella emily emma eric erica
ernest eva eve faith fern field fisher fleur flint flora florence flower ford forest fox frank freeman gail gardner
garlick gene george ginger glass glen gloria grace grant gray green guy hall hannah hardy harper harry hart hawk hazel
heath heather helen henry herb hill holly honey hope hunter iris isaac isabella ivy jack jacob jade james jasmine
jason jasper jay jean jennifer jerry jewel jim joan john jordan joseph josh joy joyce judy julia june kate kay kelly
ken king kitty knight lake lane laura lauren lawn lee lemmon lemon leo lily linda lisa louise lucas lucy luna mabel
mace maple margaret marigold marina mark martha martin mary mason matt max may meadow melody melon mercy michael mike
miller mills moon morgan moss myrtle nancy nelly nelson nicholas nick noah nora oak olive oliver olivia opal oscar
paige pansy park parker parsley pat patience patrick paul peach pearl pearson penny pepper perry petal peter phil pine
pink piper pond poppy porter potter precious price primrose prince queen quinn rachel ray rebecca reed rex rice rich
richard river rob robert robin rocky rod roger rose rosemary rowan ruby rusty ruth sage sailor sally sam sandra sands
sandy sapphire sarah savannah scarlet seal shepherd sierra silver skip sky sledge smith snow sophie sparrow star
stephen sterling stone storm sue summer sunny susan swan sylvia taylor temple teresa thomas thorn thyme tiger tom tony
topaz tracy treasure tucker turner tyler valentine victor victoria viola violet wade walker walter ward warren waters
webb wendy west wheeler white will william willow winter wolf wood woody wren wright zoe
"""
UKRAINIAN = """
анатолій анастасія ангеліна андрій аніта анна антон антоніна арсен артем баран барабаш барвінок бджола береза білка
білоус богдан богдана бойко болеслав бондар борис борода бочка бровко бузок бик вадим валентин валентина валерій
валерія варвара василина василь верба вероніка віктор вікторія віра віталій влада владислав володимир волос вовк
воробей ворона в'ячеслав галина галка ганна гарбуз геннадій георгій гліб гнат голуб горобець гриб григорій грім гроза
груша гусак дарина даша дем'ян денис діана дмитро дрозд дуб дяк дячук едуард ельвіра емма єва євген євгенія єлизавета
жайворонок жанна жук журавель заєць зеник зима зінаїда зірка злата зозуля зоряна зоя зуб іван іваненко ігор ілля інна
ірина кабан кавун казка калина калюжний камінь карась карина карп катерина кирило кіра клен клим ключ коваленко коваль
ковальчук козак козел комар корж корінь король костянтин кравець кравчук красуня кристина крук круглик ксенія кузьма
кулик лариса лев левко леонід леся лис лілія лобода лоза лука лук'ян любов людмила лящ маєвська максим малина марина
марія марк мартин марченко матвій мельник меланія микита микола мирон мирослав мирослава михайло мороз назар наталія
надія ніна нестор оксана окунь олег олекса олександр олександра олексій олена олесь оля ольга орел орест остап остер
павло перець петро петрушка пилип півень платон поліна пономар прокіп пшеничний редька ріпа рома роман ростислав руда
руслан руслана сава світлана святослав сергій семен скиба скрипка сова сокіл соловей соломія соломка сорока сом софія
станіслав степан стефанія сич тамара тарас таміла тетяна тиміш тимофій тихон туз уляна устим федір хмара хміль
христина цибуля циган чайка черемха чиж чуб шевченко шевчук шило щербак щука юлія юрій юхим явір яна ярема ярина
яромир ярослав ярослава ясен
"""

NAMES: dict[str, frozenset[str]] = {
    language: frozenset(names.split())
    for language, names in (("lv", LATVIAN), ("ru", RUSSIAN), ("en", ENGLISH), ("uk", UKRAINIAN))
}
