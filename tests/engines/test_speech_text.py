"""Sentences, numbers, phonemes and WAV bytes: what the voices do before any network runs."""

from __future__ import annotations

import io
import re
import wave
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelruntime.engines.hibari import number_words as english
from modelruntime.engines.hibari.lexicon import Lexicon
from modelruntime.engines.hibari.normal_text import NormalText
from modelruntime.engines.hibari.phonemes import EnglishPhonemes
from modelruntime.engines.hibari.tagger import Tagger
from modelruntime.engines.kokoro.number_words import number, speak_numbers
from modelruntime.engines.kokoro.phonemes import ChinesePhonemes
from modelruntime.engines.kokoro.pinyin_sound import sound_of
from modelruntime.engines.kokoro.word_cutter import WordCutter, read_frequencies
from modelruntime.engines.speech.script import read_script, share_of_letters
from modelruntime.engines.speech.sentences import split_sentences
from modelruntime.engines.speech.wave_file import pcm_of, wave_header
from modelruntime.entities.call import TTSCall
from modelruntime.entities.errors import ParameterInvalid


@pytest.mark.parametrize(
    "text, sentences",
    [
        ("One. Two! Three?", ["One.", "Two!", "Three?"]),
        ("Dr. Smith met J. Doe. They left.", ["Dr. Smith met J. Doe.", "They left."]),
        ('He said "Stop." Then he left.', ['He said "Stop."', "Then he left."]),
        ("It costs 3.50 dollars. ok", ["It costs 3.50 dollars. ok"]),
        ("今天很好。我们走吧！好吗？", ["今天很好。", "我们走吧！", "好吗？"]),
        ("first line\nsecond line", ["first line", "second line"]),
        ("  \n ", []),
    ],
)
def test_text_is_cut_into_sentences(text: str, sentences: list[str]) -> None:
    assert split_sentences(text, 300) == sentences


@given(st.text(alphabet="ab .,!?\n。，、；Dr", max_size=200), st.integers(5, 40))
def test_no_character_is_lost_and_no_piece_too_long(text: str, limit: int) -> None:
    pieces = split_sentences(text, limit)
    assert re.sub(r"\s", "", "".join(pieces)) == re.sub(r"\s", "", text)
    assert all(0 < len(piece) <= limit for piece in pieces)


def test_wave_bytes_are_read_back_by_the_standard_library() -> None:
    samples = np.array([0.0, 0.5, -1.0, 2.0], "f4")
    pcm = pcm_of(samples)
    with wave.open(io.BytesIO(wave_header(24_000, len(pcm)) + pcm)) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth(), file.getnframes()) == (24_000, 1, 2, 4)
        assert np.frombuffer(file.readframes(4), "<i2").tolist() == [0, 16384, -32767, 32767]


def test_a_streamed_header_differs_in_its_two_sizes_only() -> None:
    known, open_ended = wave_header(24_000, 100), wave_header(24_000, None)
    assert len(known) == len(open_ended) == 44
    assert {at for at in range(44) if known[at] != open_ended[at]} == {4, 5, 6, 7, 40, 41, 42, 43}


@pytest.mark.parametrize(
    "said, value",
    [
        ("zero", 0),
        ("forty two", 42),
        ("one hundred five", 105),
        ("one thousand two hundred thirty four", 1234),
        ("minus two million", -2_000_000),
    ],
)
def test_english_numbers(said: str, value: int) -> None:
    assert english.cardinal(value) == said


@given(st.integers(0, english.LARGEST))
def test_english_numbers_differ_where_the_numbers_do(value: int) -> None:
    assert english.cardinal(value) != english.cardinal(value + 1)
    assert not any(character.isdigit() for character in english.cardinal(value) + english.ordinal(value))


MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"]
TABLES: dict[str, Any] = {
    "months": {name[:3].lower(): name for name in MONTHS},
    "titles": {"Dr": "Dr", "St": "Saint"},
    "abbreviations": {"Dr.": "Dr", "Jan.": "January", "St.": "Street", "vs.": "versus"},
    "units": {"km": ["kilometer", "kilometers"]},
    "symbols": {"=": "equals", "#": " hashtag "},
    "currency": {"$": ["dollar", "dollars"], "¢": ["cent", "cents"], "£": ["pound", "pounds"]},
    "roman_cardinal": ["Chapter"],
    "roman_ordinal": ["Henry"],
}


@pytest.mark.parametrize(
    "written, spoken",
    [
        ("at 3:30 pm.", "at three thirty PM"),
        ("at 3:05", "at three oh five"),
        ("at 9 a.m. sharp", "at nine AM sharp"),
        ("at 3:00", "at three o'clock"),
        ("on 2024-03-05", "on March fifth, twenty twenty four"),
        ("Jan. 3, 1905", "January third, nineteen oh five"),
        ("$12.50", "twelve dollars and fifty cents"),
        ("$1", "one dollar"),
        ("$3 million", "three million dollars"),
        ("£0.01", "one penny"),
        ("5 km", "five kilometers"),
        ("1 km", "one kilometer"),
        ("-3°C", "minus three degrees Celsius"),
        ("the 23rd", "the twenty third"),
        ("50%", "fifty percent"),
        ("2-3 days", "two to three days"),
        ("3/4 cup", "three quarters cup"),
        ("555-1234", "five five five, one two three four"),
        ("Dr. Smith", "Doctor Smith"),
        ("Main St.", "Main Street."),
        ("Chapter IV", "Chapter four"),
        ("Henry VIII", "Henry the eighth"),
        ("version 1.2.3", "version one point two point three"),
        ("007", "zero zero seven"),
        ("1,250 people", "one thousand two hundred fifty people"),
        ("R&D", "R and D"),
        ("the 1990s", "the nineteen nineties"),
    ],
)
def test_written_english_is_spoken(written: str, spoken: str) -> None:
    assert NormalText(TABLES)(written) == spoken


@given(st.text(max_size=60))
def test_no_digit_survives_normalizing(text: str) -> None:
    assert not re.search(r"[0-9]", NormalText(TABLES)(text))


GOLD: dict[str, Any] = {
    "cat": "kˈæt", "walk": "wˈɔk", "need": "nˈid", "want": "wˈɑnt", "box": "bˈɑks", "make": "mˈAk", "stop": "stˈɑp", "cry": "kɹˈI",
    "apple": "ˈæpᵊl", "read": {"DEFAULT": "ɹˈid", "VBD": "ɹˈɛd"}, "C": "sˈi", "E": "ˈi", "O": "ˈO",
    "for": {"DEFAULT": "fɔɹ", "None": "fˈɔɹ"},
}  # fmt: skip


@pytest.mark.parametrize(
    "word, tag, said",
    [
        ("cat", "NN", "kˈæt"),
        ("Cat", "NN", "kˈæt"),
        ("cats", "NNS", "kˈæts"),
        ("cat's", "NN", "kˈæts"),
        ("boxes", "NNS", "bˈɑksᵻz"),
        ("needs", "VBZ", "nˈidz"),
        ("walked", "VBD", "wˈɔkt"),
        ("needed", "VBD", "nˈidᵻd"),
        ("wanted", "VBD", "wˈɑntᵻd"),
        ("cried", "VBD", "kɹˈId"),
        ("making", "VBG", "mˈAkɪŋ"),
        ("stopping", "VBG", "stˈɑpɪŋ"),
        ("read", "VBD", "ɹˈɛd"),
        ("read", "VB", "ɹˈid"),
        ("CEO", "NN", "sˌiˌiˈO"),
        ("CEO's", "NN", "sˌiˌiˈOz"),
        ("blorp", "NN", None),
    ],
)
def test_words_and_their_endings(word: str, tag: str, said: str | None) -> None:
    assert Lexicon(GOLD, {}).pronounce(word, tag, pause=False) == said


def test_little_words_follow_their_neighbours() -> None:
    tagger = Tagger({"tagdict": {"a": "DT", "the": "DT", "for": "IN", "apple": "NN", "cat": "NN"}, "tags": ["NN"], "weights": {}})
    phonemes = EnglishPhonemes(Lexicon(GOLD, {}), tagger, lambda word: f"<{word}>")
    assert phonemes("the apple, the cat for a blorp.") == "ði ˈæpᵊl, ðə kˈæt fɔɹ ɐ <blorp>."
    assert phonemes("the cat for") == "ðə kˈæt fˈɔɹ"
    assert phonemes(" ") == ""


@pytest.mark.parametrize(
    "digits, said",
    [
        ("0", "零"),
        ("10", "十"),
        ("15", "十五"),
        ("110", "一百一十"),
        ("105", "一百零五"),
        ("2000", "两千"),
        ("1,005", "一千零五"),
        ("10500", "一万零五百"),
        ("100000", "十万"),
        ("1,000,050", "一百万零五十"),
        ("3.14", "三点一四"),
        ("007", "零零七"),
        ("13800138000", "一三八零零一三八零零零"),
    ],
)
def test_chinese_numbers(digits: str, said: str) -> None:
    assert number(digits) == said


def test_chinese_dates_times_and_amounts() -> None:
    assert (
        speak_numbers("2024年3月5日15:30，¥12.50，5%，-3°C，3-5天")
        == "二零二四年三月五日十五点三十分，十二点五零元，百分之五，负三摄氏度，三到五天"
    )


@given(st.text(alphabet="0123456789.,:-年月%¥ ", max_size=40))
def test_no_digit_survives_in_chinese(text: str) -> None:
    assert not re.search(r"[0-9]", speak_numbers(text))


@pytest.mark.parametrize(
    "syllable, sound",
    [
        ("zhong1", "ꭧʊ→ŋ"),
        ("shi4", "ʂɨ↘"),
        ("si5", "sɨ"),
        ("xue2", "ɕɥe↗"),
        ("yuan2", "ɥɛ↗n"),
        ("lv3", "ly↓"),
        ("jiu3", "ʨjou↓"),
        ("wo3", "wo↓"),
        ("er4", "ɚ↘"),
        ("wang4", "wa↘ŋ"),
        ("yao4", "jau↘"),
        ("xyz1", None),
        ("ma9", None),
        ("", None),
    ],
)
def test_pinyin_sounds(syllable: str, sound: str | None) -> None:
    assert sound_of(syllable) == sound


def test_every_syllable_of_the_dictionary_has_a_sound() -> None:
    from pypinyin import Style, lazy_pinyin
    from pypinyin.pinyin_dict import pinyin_dict

    characters = map(chr, pinyin_dict)
    every = {one for char in characters for one in lazy_pinyin(char, style=Style.TONE3, neutral_tone_with_five=True)}
    silent = sorted(syllable for syllable in every if sound_of(syllable) is None)
    assert len(every) > 1200
    assert silent in ([], ["ê̄5"]) or all(not syllable[:-1].isascii() or "ê" in syllable for syllable in silent)


def test_the_likeliest_words_win() -> None:
    cutter = WordCutter(read_frequencies())
    assert cutter.cut("十二人参加会议") == ["十二", "人", "参加", "会议"]
    assert cutter.cut("我们去公园散步吧") == ["我们", "去", "公园", "散步", "吧"]


@given(st.text(alphabet="我们去公园散步吧你好x", max_size=30))
def test_words_join_to_the_text(text: str) -> None:
    assert "".join(WordCutter({"我们": 3, "公园": 2, "散步": 1}).cut(text)) == text


def test_chinese_phonemes_keep_words_pauses_and_spelled_letters() -> None:
    said = ChinesePhonemes(WordCutter({"你好": 5, "朋友": 5}))("你好，AI 朋友！")
    assert said == "ni↗xau↓, ˈA ˈI pʰə↗ŋjou↓!"


def script(text: str = "Hello", **fields: Any) -> Any:
    return read_script(TTSCall("m", text, **fields), voices=("a", "b"), default_voice="a", languages=("en",))


@pytest.mark.parametrize(
    "field, fields",
    [
        ("text", {"text": ""}),
        ("text", {"text": "  …!"}),
        ("voice", {"voice": "zoe"}),
        ("speed", {"parameters": {"speed": 3}}),
        ("speed", {"parameters": {"speed": "fast"}}),
        ("speed", {"parameters": {"speed": float("nan")}}),
        ("response_format", {"parameters": {"response_format": "mp3"}}),
        ("language", {"parameters": {"language": "fr"}}),
        ("seed", {"parameters": {"seed": -1}}),
        ("mood", {"parameters": {"mood": "glad"}, "strict": True}),
    ],
)
def test_a_call_for_speech_that_cannot_be_met_names_the_field(field: str, fields: dict[str, Any]) -> None:
    with pytest.raises(ParameterInvalid) as caught:
        script(**fields)
    assert caught.value.field == field


def test_a_script_has_defaults_and_warnings() -> None:
    read = script(parameters={"mood": "glad", "speed": None, "language": "en-GB"})
    assert (read.voice, read.speed, read.container) == ("a", 1.0, "wav")
    assert [warning.field for warning in read.warnings] == ["mood"]


@pytest.mark.parametrize(
    "text, script_name, share",
    [("abc", "LATIN", 1.0), ("ab中文", "CJK", 0.5), ("12!", "CJK", 1.0), ("русский", "LATIN", 0.0)],
)
def test_the_share_of_a_script(text: str, script_name: str, share: float) -> None:
    assert share_of_letters(text, script_name) == share
