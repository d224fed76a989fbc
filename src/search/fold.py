"""Writes fold.txt beside this file; what it holds and where that comes from stands in README.md. Debian: unicode-data."""
import bz2
import pathlib
import unicodedata

SOURCE = pathlib.Path("/usr/share/unicode")
HERE = pathlib.Path(__file__).parent


# Forms that Unihan has no simplified variant for, or another than a reader expects; the first seven are in the list of
# 8,105 as well, but there only as names or for rare words, while a traditional text is full of them.
KEPT = "於徵釐麽瞭夥祕"
ADDED = """
亙亘 伕夫 佈布 佔占 佪回 侷局 俻备 倂并 倖幸 倣仿 値值 偸偷 偺咱 僱雇 兇凶 兎兔 凢凡 処处 刧劫 刼劫 剷铲 劒剑 労劳 劵券 効效 勅敕
勗勖 勦剿 勳勋 匃丐 単单 卽即 厠厕 収收 叡睿 呉吴 呑吞 呪咒 咊和 唸念 啓启 喦岩 喫吃 営营 嚐尝 嚥咽 嚮向 囘回 坵丘 坿附 垜垛 埜野
堦阶 塚冢 塟葬 塡填 塩盐 塲场 墖塔 墻墙 壊坏 壎埙 壜坛 売卖 壻婿 夥伙 妬妒 姉姊 姙妊 姪侄 娯娱 媿愧 嫋袅 嫺娴 嬀妫 孃娘 寃冤 寗宁
寳宝 尅克 尠鲜 岀出 峩峨 峯峰 崑昆 崙仑 嵗岁 嶽岳 巖岩 巵卮 巻卷 帋纸 帯带 幇帮 幷并 広广 庻庶 廐厩 廕荫 廸迪 廻回 廼乃 弔吊 彊强
彫雕 徃往 徧遍 徵征 怱匆 恠怪 悮误 悳德 悽凄 惪德 愼慎 慂恿 慇殷 慙惭 慼戚 慾欲 憇憩 懽欢 戦战 戸户 抝拗 拏拿 挿插 捱挨 揷插 揹背
搆构 搥捶 搨拓 搾榨 摃扛 摠总 撦扯 擕携 擡抬 攷考 敍叙 敎教 敺驱 於于 旂旗 旣既 昬昏 晩晚 暎映 暱昵 曡叠 朶朵 柺拐 査查 栢柏 棊棋
検检 椶棕 楳梅 榘矩 榦干 槀槁 槓杠 槩概 槪概 樑梁 檝楫 櫂棹 欝郁 欵款 歎叹 歩步 殻壳 殽淆 毎每 毘毗 気气 氷冰 汎泛 汙污 汚污 泝溯
洩泄 涖莅 淒凄 淨净 淸清 湧涌 溼湿 滙汇 滷卤 潙沩 澁涩 澔浩 濇涩 濬浚 濶阔 灋法 炤照 煑煮 煕熙 煖暖 熈熙 燄焰 燉炖 燐磷 燬毁 燻熏
爗烨 爲为 牀床 牋笺 牐闸 犂犁 犛牦 狥徇 猨猿 獃呆 玅妙 珎珍 珮佩 瑠琉 璿璇 瓈璃 甁瓶 甎砖 甕瓮 産产 畂亩 畆亩 畊耕 畧略 疎疏 痠酸
痲麻 痺痹 瘉愈 癅瘤 癒愈 癡痴 発发 皁皂 皐皋 皷鼓 盃杯 県县 眞真 睠眷 瞇眯 瞭了 矁瞅 矙瞰 砦寨 砲炮 硏研 碁棋 碪砧 礟炮 礮炮 祕秘
稜棱 稾稿 穉稚 穨颓 窓窗 窰窑 窻窗 竚伫 竝并 竪竖 笻筇 筭算 箇个 箠棰 簑蓑 簷檐 籐藤 籤签 粃秕 粧妆 糉粽 糢模 糰团 紥扎 紮扎 絃弦
経经 絶绝 綉绣 綑捆 綫线 綵彩 総总 緑绿 緖绪 緜绵 緥褓 縁缘 縴纤 繖伞 罎坛 罏炉 羣群 羨羡 羶膻 翄翅 耡锄 肧胚 胷胸 脇胁 脗吻 脣唇
膓肠 臥卧 舃舄 舖铺 舘馆 艢樯 艸草 苽菰 荳豆 菓果 菢抱 菴庵 菸烟 萲萱 葢盖 蓆席 蔆菱 蔴麻 蕋蕊 藷薯 蘂蕊 蘓苏 虵蛇 蚘蛔 蜨蝶 蝨虱
螘蚁 蠍蝎 蠏蟹 蠔蚝 衂衄 衆众 衞卫 衹只 袴裤 袵衽 裌夹 裏里 褭袅 襃褒 襍杂 覈核 覉羁 覜眺 覩睹 託托 証证 詶酬 説说 読读 諐愆 諠喧
諡谥 諮咨 謌歌 謡谣 譁哗 譌讹 讌宴 讐雠 讚赞 豓艳 豔艳 貍狸 賛赞 賸剩 趂趁 踡蜷 踫碰 踰逾 蹟迹 躱躲 軆体 輭软 迆迤 逥回 週周 遊游
遡溯 遯遁 遶绕 郞郎 鄕乡 酧酬 醃腌 醖酝 釐厘 釦扣 釬焊 鉏锄 鉢钵 銕铁 銲焊 鋭锐 錬炼 録录 鍊炼 鍼针 鎔熔 鎗枪 鎚锤 鎭镇 鎻锁 鏁锁
鐡铁 鑑鉴 鑚钻 鑛矿 鑪炉 閙闹 闇暗 陗峭 隂阴 隄堤 隖坞 隣邻 隷隶 霑沾 靑青 韈袜 韤袜 韮韭 頫俯 頼赖 顋腮 顔颜 顖囟 飃飘 飤饲 飮饮
餠饼 餧喂 餵喂 餽馈 饍膳 饑饥 駮驳 騃呆 騐验 験验 骾鲠 髠髡 髪发 鬀剃 鬨哄 鬪斗 鬬斗 鬭斗 鰕虾 鴈雁 鵞鹅 鷄鸡 鷰燕 鹻碱 鹼碱 麅狍
麞獐 麤粗 麪面 麴曲 麽么 黒黑 黙默 鼇鳌 鼈鳖 齧啮 齩咬
""".split()


def unihan(file, name):
    for line in bz2.open(SOURCE / file, "rt", encoding="utf-8"):
        if line.startswith("U+"):
            code, key, value = line.rstrip("\n").split("\t")
            if key == name:
                yield chr(int(code[2:], 16)), value


def characters(value):
    return [chr(int(word.split("<")[0][2:], 16)) for word in value.split()]


common = {c for c, _ in unihan("Unihan_OtherMappings.txt.bz2", "kTGH")}
assert len(common) == 8105
table = {}
for c, value in unihan("Unihan_Variants.txt.bz2", "kSimplifiedVariant"):
    others = [other for other in characters(value) if other != c]
    others = [other for other in others if other in common] or others
    others = [other for other in others if other < "\U00010000"]
    if c not in common and others:
        table[c] = others[0]
for c, other in ADDED:
    assert other in common and (c not in common or c in KEPT), c
    table[c] = other
for code in range(0xF900, 0xFB00):
    other = unicodedata.normalize("NFD", chr(code))
    if other != chr(code) and other < "\U00010000":
        table[chr(code)] = other
for line in (SOURCE / "EquivalentUnifiedIdeograph.txt").read_text(encoding="utf-8").splitlines():
    if line and line[0] in "23456789ABCDEF":
        codes, other = line.split("#")[0].split(";")
        first, _, last = codes.strip().partition("..")
        for code in range(int(first, 16), int(last or first, 16) + 1):
            if 0x2E80 <= code <= 0x2FD5 and int(other, 16) < 0x10000:
                table[chr(code)] = chr(int(other, 16))


def end(c):
    seen = {c}
    while c in table:
        c = table[c]
        assert c not in seen, seen
        seen.add(c)
    return c


table = {c: end(c) for c in sorted(table) if c < "\U00010000"}
(HERE / "fold.txt").write_text("".join(f"{c}{other}\n" for c, other in table.items()), encoding="utf-8", newline="\n")
print(len(table))
