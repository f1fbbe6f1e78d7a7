from aiops.lib.showing import short, visible


def test_what_would_act_unseen_is_spelled_out() -> None:
    assert (
        visible("\x1b[31mred\x07 \u202eback\u200b\r\nnext\tcell") == "\\x1b[31mred\\x07 \\u202eback\\u200b\nnext\tcell"
    )


def test_joined_letters_stay_joined() -> None:
    assert visible("می\u200cخواهم 👩\u200d💻") == "می\u200cخواهم 👩\u200d💻"


def test_a_short_text_is_one_line() -> None:
    assert short("one\n two   three", 100) == "one two three"
    assert short("one two three", 8) == "one two…"
