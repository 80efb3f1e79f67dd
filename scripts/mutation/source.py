# SPDX-License-Identifier: Apache-2.0
"""Tokens of C++ and Verilog sources. Comments, strings and preprocessor lines are not among them, so nobody mutates them."""
import bisect
import re

CPP = re.compile(r'''
    (?P<skip>//[^\n]*|/\*.*?\*/
      |^[ \t]*\#(?:\\\n|[^\n])*
      |(?:u8|[uUL])?R"(?P<raw>[^(\s]*)\(.*?\)(?P=raw)"
      |(?:u8|[uUL])?"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])+')
  | (?P<number>\.?\d(?:'?[\w.]|(?<=[eEpP])[+-])*)
  | (?P<name>[A-Za-z_]\w*)
  | (?P<punct><=>|\.\.\.|->\*|<<=|>>=|::|->|\+\+|--|<<|>>|<=|>=|==|!=|&&|\|\||[-+*/%&|^]=|.)
''', re.X | re.S | re.M)

VERILOG = re.compile(r'''
    (?P<skip>//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"
      |^[ \t]*`(?:include|default_nettype|ifdef|ifndef|else|endif|undef)\b[^\n]*|^[ \t]*`define(?:\\\n|[^\n])*)
  | (?P<number>(?:\d+[ ]*)?'[sS]?[bodhBODH][ ]*[0-9a-fA-FxXzZ_?]+|\d[\d_]*)
  | (?P<name>[`$A-Za-z_][\w$]*)
  | (?P<punct><<<|>>>|===|!==|<=|>=|==|!=|&&|\|\||<<|>>|~&|~\||~\^|\*\*|\+:|-:|.)
''', re.X | re.S | re.M)

OPEN = {"(": ")", "[": "]", "{": "}"}
CLOSE = {")", "]", "}"}


class Token:
    __slots__ = ("kind", "text", "start", "end", "spaced", "pair")

    def __init__(self, kind, text, start, spaced):
        self.kind = kind          # name, number, string or punct
        self.text = text
        self.start = start
        self.end = start + len(text)
        self.spaced = spaced      # white space before it and behind it
        self.pair = None          # of a bracket: the other one's index

    def __repr__(self):
        return f"{self.text}@{self.start}"


class Source:
    """One file: its text, its tokens, and where lines begin."""

    def __init__(self, path, text, verilog):
        self.path = path
        self.text = text
        self.verilog = verilog
        self.tokens = list(self._scan(VERILOG if verilog else CPP))
        self.lines = [0] + [m.end() for m in re.finditer("\n", text)]
        self._pair()

    def _scan(self, pattern):
        for match in pattern.finditer(self.text):
            kind = match.lastgroup if match.lastgroup != "raw" else "skip"
            text = match.group()
            if kind == "skip":
                if text.lstrip().startswith(("//", "/*", "#", "`")):
                    continue
                kind = "string"
            elif text.isspace():
                continue
            before = self.text[match.start() - 1] if match.start() else " "
            after = self.text[match.end()] if match.end() < len(self.text) else " "
            yield Token(kind, text, match.start(), before.isspace() and after.isspace())

    def _pair(self):
        stack = []
        for i, token in enumerate(self.tokens):
            if token.kind != "punct":
                continue
            if token.text in OPEN:
                stack.append(i)
            elif token.text in CLOSE:
                if not stack or OPEN[self.tokens[stack[-1]].text] != token.text:
                    raise ValueError(f"{self.path}:{self.line_of(token.start)}: '{token.text}' closes nothing")
                token.pair = stack.pop()
                self.tokens[token.pair].pair = i
        if stack:
            token = self.tokens[stack[-1]]
            raise ValueError(f"{self.path}:{self.line_of(token.start)}: '{token.text}' is never closed")

    def line_of(self, offset):
        """Counted from 1."""
        return bisect.bisect_right(self.lines, offset)

    def line_text(self, line):
        end = self.lines[line] - 1 if line < len(self.lines) else len(self.text)
        return self.text[self.lines[line - 1]:end].strip()

    def text_at(self, i):
        return self.tokens[i].text if 0 <= i < len(self.tokens) else ""

    def kind_at(self, i):
        return self.tokens[i].kind if 0 <= i < len(self.tokens) else ""

    def between(self, first, last):
        """The text from token `first` to token `last`, both included."""
        return self.text[self.tokens[first].start:self.tokens[last].end]

    def operand_end(self, i, stops, also=()):
        """Index of the last token of the operand that begins at token i; brackets are crossed. Closing ones, `stops` and the
        tokens at the indices `also` end it."""
        end = i - 1
        while i < len(self.tokens) and i not in also:
            token = self.tokens[i]
            if token.kind == "punct":
                if token.text in CLOSE or token.text in stops:
                    break
                if token.text in OPEN:
                    i = token.pair
            end = i
            i += 1
        return end

    def operand_start(self, i, stops, also=()):
        """Index of the first token of the operand that ends at token i."""
        start = i + 1
        while i >= 0 and i not in also:
            token = self.tokens[i]
            if token.text in stops:
                break
            if token.kind == "punct":
                if token.text in OPEN:
                    break
                if token.text in CLOSE:
                    i = token.pair
                    if token.text == "}" and self.text_at(i - 1) in (")", ";", "{", "}", "else"):
                        break     # a block that ended, not a part of an expression
            start = i
            i -= 1
        return start
