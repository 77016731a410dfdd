//! Rows that are JSON and still cannot be learned from: every sentence, with its place.

use super::*;

#[test]
fn fields() {
    let rows = r#"{"prompt": "a", "completion": 7}
{"prompt": "a", "completion": null}
{"prompt": "é", "completion": " \n"}
{"prompt": "a", "completion": "b\u0000"}
{"prompt": "a"}
{"prompt": "a", "response": "b", "id": 1}
{"completion": "a"}
{"colour": "red"}
{"question": "a", "answer": "b"}
{"conversations": [{"from": "human", "value": "a"}]}
{"instruction": "a", "output": ["b"]}
{"text": null}
{"text": {"a": 1}}
{"prompt": [1], "completion": "b"}
{"prompt": true, "completion": "b"}
{}
[1, 2]
"a"
17
{"a": 1, "b": 1, "c": 1, "d": 1, "e": 1, "f": 1, "g": 1, "h": 1, "i": 1}
"#;
    insta::assert_snapshot!(faults(rows), @r##"
    1:31 completion is a number, not text. Put it in double quotes if it is meant as text.
    2:31 completion is null. Give it a text, or take the row out.
    3:31 completion is empty, so there is nothing to learn. Give it a text, or take the row out.
    4:31 completion holds the control character U+0000. Take it out: most programs end a text there.
    5:1 The row has prompt but no completion. Add completion, or take the row out.
    6:1 The row has prompt but no completion; its fields are prompt, response and id. If response is meant, rename it to completion.
    7:1 The row has completion but no prompt. Add prompt, which may be empty, or rename completion to text.
    8:1 The row has only the field colour, which is no known shape. Rows have prompt and completion, or messages, or text, or instruction and output.
    9:1 The row has the fields question and answer, which are no known shape. If answer holds the completion, rename it to completion.
    10:1 The row has only the field conversations, which is no known shape. If conversations holds messages, rename it to messages, and make each message look like {"role": "user", "content": "…"}.
    11:32 output is a list, not text. Write it as text, or take the row out.
    12:10 text is null. Give it a text, or take the row out.
    13:10 text is an object, not text. Write it as text, or take the row out.
    14:31 prompt is a list of messages, but completion is text. Write both as text, or both as lists of messages.
    15:12 prompt is true or false, not text. Put it in double quotes if it is meant as text.
    16:1 The row has no fields. Write it as {"prompt": "…", "completion": "…"}, or take it out.
    17:1 The row is a list, not an object with fields. Write it as {"prompt": "…", "completion": "…"}.
    18:1 The row is text, not an object with fields. Write it as {"prompt": "…", "completion": "…"}.
    19:1 The row is a number, not an object with fields. Write it as {"prompt": "…", "completion": "…"}.
    20:1 The row has the fields a, b, c, d, e, f, g, h and others, which are no known shape. Rows have prompt and completion, or messages, or text, or instruction and output.
    "##);
}

#[test]
fn conversations() {
    let rows = r#"{"messages": "a"}
{"messages": []}
{"messages": [{"role": "user", "content": "a"}]}
{"messages": [{"role": "assistant", "content": "a"}, {"role": "user", "content": "b"}]}
{"messages": [{"role": "assistant", "content": ""}]}
{"messages": [{"role": "assistant", "content": "a", "weight": 0}]}
{"messages": [{"role": "user", "content": "a"}, {"role": "gpt", "content": "b"}]}
{"messages": [{"role": "tool", "content": "b"}]}
{"messages": [{"role": "narrator", "content": "b"}]}
{"messages": [{"role": 1, "content": "b"}]}
{"messages": [{"content": "b"}]}
{"messages": [{"role": "assistant"}]}
{"messages": [{"role": "assistant", "content": null, "tool_calls": []}]}
{"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": "x"}]}, {"role": "assistant", "content": "b"}]}
{"messages": [{"role": "assistant", "content": [{"type": "text"}]}]}
{"messages": [{"role": "assistant", "content": ["a"]}]}
{"messages": ["a"]}
{"messages": [{"role": "user", "content": "a\u0000"}, {"role": "assistant", "content": "b"}]}
{"prompt": [{"role": "user", "content": "a"}], "completion": [{"role": "user", "content": "b"}]}
{"prompt": [], "completion": []}
"#;
    insta::assert_snapshot!(faults(rows), @r##"
    1:14 messages is text, not a list of messages. Write it as a list of messages, or take the row out.
    2:14 messages is an empty list. Put messages into it, or take the row out.
    3:14 None of the messages is from the assistant, so there is nothing to learn. End it with the text to learn: {"role": "assistant", "content": "…"}.
    4:63 The last message is from the user, not from the assistant. End it with the assistant's text, or take what follows that text out.
    5:48 The last message's content is empty, so there is nothing to learn. Give it a text, or take the row out.
    6:63 The last message has the weight 0, so nothing is learned from it. Take the weight out, or take the row out.
    7:58 Message 2 has the role gpt. Rename gpt to assistant.
    8:24 Message 1 has the role tool. Take rows with tools out: the model learns to write, not to call tools.
    9:24 Message 1 has the role narrator. The roles are system, user and assistant.
    10:24 The role of message 1 is a number. A message looks like {"role": "user", "content": "…"}.
    11:15 Message 1 has no role. Give it the role system, user or assistant.
    12:15 Message 1 has no content. A message looks like {"role": "user", "content": "…"}.
    13:48 The content of message 1 is null. Write content as text.
    14:43 Message 1 holds a part of the type image_url. Only text is learned from; take the part out, or the row.
    15:48 Message 1 holds a part without text. A part looks like {"type": "text", "text": "…"}; plain text does as well.
    16:48 Message 1 holds a part without text. A part looks like {"type": "text", "text": "…"}; plain text does as well.
    17:15 Message 1 is text. A message looks like {"role": "user", "content": "…"}.
    18:14 messages holds the control character U+0000. Take it out: most programs end a text there.
    19:62 None of the messages of completion is from the assistant, so there is nothing to learn. End it with the text to learn: {"role": "assistant", "content": "…"}.
    20:30 completion is an empty list. Put messages into it, or take the row out.
    "##);
}

#[test]
fn syntax() {
    let rows = r#"{"text": NaN}
{"text": "a", "score": -Infinity}
{"text": "a", "score": Infinity}
{"text": "a"},
{"text": "a"}{"text": "b"}
{"text": "a"} # first
{"text": "a",}
{"text": "a" "b": 1}
{"text": "she said "no" to tea"}
{"text" "a"}
{'text': 'a'}
{"text": 'a'}
{"text": None}
{"text": tru}
{"text": "é\ud83d"}
{"text": "é\ud83d\u0041"}
{"text": "C:\tea\q"}
{"text": "a	b"}
{"text": "a", "n": 01}
{"text": "a", "n": 1e999}
{"text": "a"
"text": "a"}
{"text": "\u00zz"}
"#;
    insta::assert_snapshot!(faults(rows), @r##"
    1:10 NaN stands here, which JSON does not know. Python writes it for numbers that are missing or too large; write null instead, or take the field out.
    2:24 -Infinity stands here, which JSON does not know. Python writes it for numbers that are missing or too large; write null instead, or take the field out.
    3:24 Infinity stands here, which JSON does not know. Python writes it for numbers that are missing or too large; write null instead, or take the field out.
    4:14 A comma follows the row. Take the comma at the end of the line out.
    5:14 A second row follows on the same line. Put each row on a line of its own.
    6:15 More follows after the end of the row. Take out what follows the row.
    7:14 A comma stands before the closing bracket. Take that comma out.
    8:14 A comma or a closing bracket is expected here. Often a double quote inside a text is the cause: write it as \".
    9:21 A comma or a closing bracket is expected here. Often a double quote inside a text is the cause: write it as \".
    10:9 A colon is expected here, between a field's name and its value. Put the colon in.
    11:2 A field's name in double quotes is expected here. If a Python program wrote this, let it write each row with json.dumps.
    12:10 A value is expected here: text in double quotes, a number, true, false or null. If a Python program wrote this, let it write each row with json.dumps.
    13:10 A value is expected here: text in double quotes, a number, true, false or null. If a Python program wrote this, let it write each row with json.dumps.
    14:13 A value is expected here: text in double quotes, a number, true, false or null. If a Python program wrote this, let it write each row with json.dumps.
    15:18 An escape stands here for half of a character, without the other half. Emoji and rare characters are two escapes in a row, such as \ud83d\ude00; write the character itself instead.
    16:23 An escape stands here for half of a character, without the other half. Emoji and rare characters are two escapes in a row, such as \ud83d\ude00; write the character itself instead.
    17:18 A backslash stands before something that JSON does not escape. Write a backslash that is meant as itself as \\.
    18:12 A tab stands inside a text as it is. JSON wants it written as \t.
    19:21 The number here cannot be read. Correct it, or take the field out.
    20:24 The number here cannot be read. Correct it, or take the field out.
    21:13 The line ends in the middle of the row. A row is one line: write a line break inside a text as \n, and the whole object on one line.
    22:7 More follows after the end of the row. Take out what follows the row.
    23:16 A backslash stands before something that JSON does not escape. Write a backslash that is meant as itself as \\.
    "##);
}

#[test]
fn tables() {
    assert_eq!(checked("prompt,completion\na,b\n").fault_count, 0);
    let rows = "prompt,completion\na\na,b,c\na,\"b\" c\na,\na,b\0\na,\"b\n\nc,d\n";
    insta::assert_snapshot!(faults(rows), @r##"
    2:1 The row has 1 column; the header has 2. Put a text that holds line breaks in double quotes, and write every column of the row.
    3:1 The row has 3 columns; the header has 2. Put a text that holds commas in double quotes.
    4:6 More follows after a column's closing quote. Write a double quote inside a quoted text twice; after the closing one comes a comma or the end of the line.
    5:1 completion is empty, so there is nothing to learn. Give it a text, or take the row out.
    6:1 completion holds the control character U+0000. Take it out: most programs end a text there.
    7:3 The double quote that opens here is never closed. Close it where the text ends; a double quote inside the text is written twice.
    "##);
    let headers = [
        "prompt;completion\na;b\n",
        "prompt,response\na,b\n",
        "Question,Answer\na,b\n",
        "content\na\n",
        "text,text\na,b\n",
        "prompt,completion\n",
    ];
    insta::assert_snapshot!(headers.map(faults).join("\n"), @r##"
    1:1 The header's columns are separated by semicolons. Save the file again with commas between the columns.
    1:1 The header has the columns prompt and response. The columns must be named prompt and completion, or text. If response holds the completion, rename it.
    1:1 The header has the columns Question and Answer. The columns must be named prompt and completion, or text. If Answer holds the completion, rename it.
    1:1 The header's only column is content. The columns must be named prompt and completion, or text. If content holds the text, rename it.
    1:1 The header names text twice. Give the other column another name, or take it out.
    1:1 The file holds no rows. A file of examples has rows such as {"prompt": "…", "completion": "…"}.
    "##);
}
