"""What each simulated language says: English, Persian, Russian and Arabic.

Weather, gardens, kitchens and invented places, nothing else: no persuasive, political
or personal content.
"""

from __future__ import annotations

from rasad.simulate.lexicon import Lexicon, split

ENGLISH = Lexicon(
    places=split(
        "Lindelbrook | Oatmere | Pebblecombe | Marrowby | Quillford | "
        "Thistlewick | Applethorn | Mossingley | Duskwater | Copperglen | "
        "Wrenholt | Saltpond"
    ),
    skies=split(
        "light rain | thin fog | warm wind | small clouds | clear sky | "
        "wet snow | slow drizzle | soft frost | bright sun | cool breeze | "
        "grey haze"
    ),
    plants=split(
        "quince | mint | tulips | beans | figs | radish | basil | roses | "
        "pumpkin | parsley | lavender | spinach | cherries | leeks"
    ),
    dishes=split(
        "lentil soup | barley bread | rice pudding | plum jam | "
        "onion pie | carrot cake | herb omelette | pickled beets | "
        "walnut rolls | oat biscuits"
    ),
    tools=split(
        "spade | kettle | basket | ladle | bucket | trowel | teapot | "
        "sieve | rake | jar"
    ),
    clauses={
        "weather": (
            "{sky} over {place} this morning",
            "{place} woke up to {sky}",
            "after {sky} comes {sky}, as usual",
            "the forecast for {place} says {sky}",
            "we had {sky} twice today",
            "no umbrella needed in {place}, only {sky}",
            "looking out of the window: {sky}",
            "by noon {place} will see {sky}",
        ),
        "garden": (
            "the {plant} need water again",
            "planted {plant} next to the {plant}",
            "found the old {tool} behind the shed",
            "{plant} from {place} grow best in shade",
            "today I moved the {plant} into a bigger pot",
            "the {plant} came up earlier than last year",
            "a new {tool} makes the work short",
            "trading seeds: {plant} for {plant}",
        ),
        "kitchen": (
            "{dish} for lunch, {dish} for dinner",
            "a pinch of {plant} saves the {dish}",
            "my {tool} is too small for this {dish}",
            "first try at {dish} and it held together",
            "{dish} like they make it in {place}",
            "who else puts {plant} into {dish}",
            "let the {dish} rest for one hour",
            "washing the {tool} takes longer than cooking",
        ),
    },
    stock=(
        "good morning and a calm day to everyone",
        "thank you all for the kind words today",
        "happy weekend to all who are here",
    ),
    template=(
        "Weekly note from {place}: the {plant} harvest was counted, the list is here",
        "A short guide to {dish} with {plant}, tested again in {place} this week",
        "Readers in {place} sent their notes on {sky}, see the full table here",
        "How to keep a {tool} clean: four steps from the workshop in {place}",
    ),
    slogans=(
        "tonight the whole choir of kettles sings together",
        "every kettle on, every cup ready, tea hour begins",
        "one song, many kettles, see you at tea hour",
    ),
    club="KettleChoir",
)

PERSIAN = Lexicon(
    places=split(
        "گلبارانک | سپیدابرک | نارنگ‌آباد | چشمه‌بنفش | تاک‌سرا | پونه‌زار | "
        "ابرکوچه | انارستان‌نو | سایه‌رود | دشت‌ریحان | پل‌فیروزه | "
        "کوی‌نسترن"
    ),
    skies=split(
        "باران ریز | مه نازک | باد گرم | ابر پراکنده | آسمان صاف | "
        "برف آبدار | نم‌نم باران | سرمای ملایم | آفتاب روشن | نسیم خنک | "
        "غبار کم"
    ),
    plants=split(
        "نعنا | ریحان | لاله | لوبیا | انجیر | تربچه | به | رز | کدو | "
        "جعفری | اسطوخودوس | اسفناج | گیلاس | تره"
    ),
    dishes=split(
        "آش رشته | نان جو | شیربرنج | مربای آلو | کوکو سبزی | کیک هویج | "
        "خورش به | ترشی لبو | شیرینی گردو | حلوای زردک"
    ),
    tools=split("بیلچه | کتری | سبد | ملاقه | سطل | آبپاش | قوری | الک | شن‌کش | شیشه"),
    clauses={
        "weather": (
            "امروز صبح در {place} {sky} بود",
            "{place} با {sky} بیدار شد",
            "بعد از {sky} نوبت {sky} است",
            "پیش‌بینی برای {place}: {sky}",
            "دو بار در روز {sky} داشتیم",
            "در {place} چتر لازم نیست، فقط {sky}",
            "از پنجره نگاه می‌کنم: {sky}",
            "تا ظهر در {place} {sky} می‌شود",
        ),
        "garden": (
            "{plant} باز هم آب می‌خواهد",
            "{plant} را کنار {plant} کاشتم",
            "{tool} قدیمی پشت انبار پیدا شد",
            "{plant} از {place} در سایه بهتر رشد می‌کند",
            "گلدان {plant} را عوض کردم",
            "{plant} زودتر از پارسال سبز شد",
            "با {tool} تازه کار کوتاه می‌شود",
            "تعویض بذر: {plant} با {plant}",
        ),
        "kitchen": (
            "ناهار {dish}، شام {dish}",
            "کمی {plant} مزه {dish} را خوب می‌کند",
            "{tool} من برای {dish} کوچک است",
            "اولین بار {dish} پختم و از هم نپاشید",
            "{dish} به سبک {place}",
            "چه کسی در {dish} هم {plant} می‌ریزد",
            "بگذارید {dish} یک ساعت بماند",
            "شستن {tool} بیشتر از پختن وقت می‌برد",
        ),
    },
    stock=(
        "صبح بخیر و روز آرام برای همه دوستان",
        "از همه برای حرف‌های خوب امروز ممنونم",
        "آخر هفته خوش برای همه کسانی که اینجا هستند",
    ),
    template=(
        "یادداشت هفتگی از {place}: برداشت {plant} شمرده شد و فهرست آماده است",
        "راهنمای کوتاه {dish} با {plant} که این هفته در {place} دوباره آزموده شد",
        "خوانندگان {place} یادداشت خود را درباره {sky} فرستادند، جدول کامل اینجاست",
        "چطور {tool} را تمیز نگه داریم: چهار گام از کارگاه {place}",
    ),
    slogans=(
        "امشب همه کتری‌ها با هم می‌خوانند",
        "کتری روشن و فنجان آماده، ساعت چای شروع شد",
        "یک آواز و کتری‌های بسیار، دیدار در ساعت چای",
    ),
    club="همسرایی_کتری",
)

RUSSIAN = Lexicon(
    places=split(
        "Лукошкоград | Подсолнуховск | Кадушкобор | Мятоград | Сливоград | "
        "Тихореченск | Ежевикополье | Самоваровск | Туманосвет | Корзинкоград | "
        "Липоцвет | Росозвон"
    ),
    skies=split(
        "мелкий дождь | лёгкий туман | тёплый ветер | редкие облака | "
        "ясное небо | мокрый снег | слабая морось | лёгкий мороз | "
        "яркое солнце | серая дымка"
    ),
    plants=split(
        "мята | базилик | тюльпаны | фасоль | смородина | редис | айва | "
        "розы | тыква | петрушка | лаванда | шпинат | вишня | укроп"
    ),
    dishes=split(
        "суп с чечевицей | хлеб с тмином | рисовая каша | варенье | "
        "луковый пирог | морковный кекс | омлет с зеленью | "
        "маринованная свёкла | ореховые рулеты | овсяное печенье"
    ),
    tools=split(
        "лопата | чайник | корзина | половник | ведро | лейка | кувшин | "
        "сито | грабли | банка"
    ),
    clauses={
        "weather": (
            "утро, {place}, {sky}",
            "{place} просыпается, за окном {sky}",
            "сначала {sky}, потом {sky}",
            "прогноз на завтра: {place}, {sky}",
            "за день дважды {sky}",
            "зонт не нужен, просто {sky}",
            "смотрю в окно, там {sky}",
            "к полудню обещают: {sky}",
        ),
        "garden": (
            "опять сухо, {plant} ждёт воды",
            "на одной грядке {plant} и {plant}",
            "за сараем нашлась старая вещь: {tool}",
            "станция {place}, в тени хорошо растёт {plant}",
            "в новом горшке теперь {plant}",
            "в этом году раньше всех {plant}",
            "новый помощник в саду: {tool}",
            "обмен семенами: {plant} на {plant}",
        ),
        "kitchen": (
            "на обед {dish}, на ужин {dish}",
            "главный секрет, который любит {dish}: {plant}",
            "маловата посуда, {tool} не подходит",
            "первый раз получилось: {dish}",
            "{dish}, как готовит {place}",
            "кто ещё добавляет в тарелку: {plant}",
            "пусть {dish} постоит один час",
            "дольше всего мыть посуду, особенно {tool}",
        ),
    },
    stock=(
        "доброе утро и спокойного дня всем",
        "спасибо всем за тёплые слова сегодня",
        "хороших выходных всем, кто здесь",
    ),
    template=(
        "Согласен, у нас тоже {plant}, {place} передаёт привет",
        "Хороший совет, записал: {dish}, попробую на днях",
        "Интересно, а если вместо этого взять {tool}",
        "Да, и {sky} здесь совсем не помеха",
    ),
    slogans=(
        "сегодня все чайники поют вместе",
        "чайник на плите, чашки готовы, час чая начался",
        "одна песня, много чайников, встречаемся в час чая",
    ),
    club="ХорЧайников",
)

ARABIC = Lexicon(
    places=split(
        "وادي الزنبق | تل النعناع | عين الياسمين | دار الكرز | "
        "مرج البنفسج | جسر الرمان | ساحة الغيم | حي الريحان | "
        "بستان القمر | درب المشمش"
    ),
    skies=split(
        "مطر خفيف | ضباب رقيق | هواء دافئ | غيوم قليلة | سماء صافية | "
        "ثلج رطب | رذاذ بطيء | برد لطيف | شمس ساطعة | نسيم بارد"
    ),
    plants=split(
        "النعناع | الريحان | التوليب | الفول | التين | الفجل | السفرجل | "
        "الورد | القرع | البقدونس | الخزامى | السبانخ | الكرز | الكراث"
    ),
    dishes=split(
        "شوربة العدس | خبز الشعير | أرز بالحليب | مربى البرقوق | "
        "فطيرة البصل | كعكة الجزر | عجة الأعشاب | مخلل الشمندر | "
        "لفائف الجوز | بسكويت الشوفان"
    ),
    tools=split(
        "المجرفة | الغلاية | السلة | المغرفة | الدلو | المرش | الإبريق | "
        "الغربال | المشط | المرطبان"
    ),
    clauses={
        "weather": (
            "{sky} هذا الصباح في {place}",
            "استيقظ {place} على {sky}",
            "بعد {sky} يأتي {sky} كالعادة",
            "توقعات الطقس في {place}: {sky}",
            "رأينا {sky} مرتين اليوم",
            "لا حاجة إلى مظلة، فقط {sky}",
            "أنظر من النافذة: {sky}",
            "عند الظهر {sky} في {place}",
        ),
        "garden": (
            "يحتاج {plant} إلى الماء من جديد",
            "زرعت {plant} بجانب {plant}",
            "وجدت {tool} خلف المخزن",
            "{plant} من {place} يحب الظل",
            "نقلت {plant} إلى وعاء أكبر",
            "ظهر {plant} أبكر من العام الماضي",
            "مع {tool} يصبح العمل قصيرا",
            "تبادل البذور: {plant} مقابل {plant}",
        ),
        "kitchen": (
            "للغداء {dish} وللعشاء {dish}",
            "القليل من {plant} يحسن طعم {dish}",
            "حجم {tool} صغير على {dish}",
            "جربت {dish} أول مرة ونجحت",
            "{dish} على طريقة {place}",
            "من يضيف {plant} إلى {dish}",
            "اتركوا {dish} ساعة واحدة",
            "غسل {tool} أطول من الطبخ",
        ),
    },
    stock=(
        "صباح الخير ويوم هادئ للجميع هنا",
        "شكرا للجميع على الكلمات اللطيفة اليوم",
        "عطلة سعيدة لكل من هو هنا معنا",
    ),
    template=(
        "ملاحظة الأسبوع من {place}: تم عد محصول {plant} والقائمة جاهزة",
        "دليل قصير إلى {dish} مع {plant} جرب هذا الأسبوع في {place}",
        "أرسل القراء في {place} ملاحظات عن {sky} والجدول الكامل هنا",
        "كيف نحافظ على {tool}: أربع خطوات من ورشة {place}",
    ),
    slogans=(
        "الليلة تغني كل الغلايات معا",
        "الغلاية جاهزة والأكواب جاهزة، بدأت ساعة الشاي",
        "أغنية واحدة وغلايات كثيرة، نلتقي في ساعة الشاي",
    ),
    club="جوقة_الغلايات",
)
