# SPDX-License-Identifier: Apache-2.0
"""The small bugs of C++: which changes of a token, a condition or a statement are tried."""
import re

from mutant import Collector

RELATIONS = {"<": ("<=", ">="), "<=": ("<", ">"), ">": (">=", "<="), ">=": (">", "<"), "==": ("!=",), "!=": ("==",)}
LOGIC = {"&&": "||", "||": "&&"}
ARITHMETIC = {"+": "-", "-": "+", "*": "/", "/": "*", "%": "/", "&": "|", "|": "&", "^": "|", "<<": ">>", ">>": "<<",
              "+=": "-=", "-=": "+=", "*=": "/=", "/=": "*=", "&=": "|=", "|=": "&=", "^=": "|=", "<<=": ">>=", ">>=": "<<="}
STEPS = {"++": "--", "--": "++"}
WORDS = {"true": "false", "false": "true", "min": "max", "max": "min"}
STOPS_LOGIC = {"&&", "||", ",", ";", "?", ":", "=", "return", "+=", "-=", "|=", "&=", "co_return"}
STOPS_FLAG = STOPS_LOGIC | {"|", "==", "!=", "<", ">", "<=", ">=", "&", "^", "<<"}
STOPS_TERNARY = {",", ";"}
# Statements that begin with one of these are no expressions.
KEYWORDS = set("""alignas asm auto break case catch class const const_cast constexpr constinit continue co_return decltype default
    delete do else enum explicit export extern for friend goto if inline long mutable namespace operator private protected public
    register return short signed static static_assert struct switch template thread_local throw try typedef typename union
    unsigned using virtual void volatile while bool char int float double""".split())
# Marks of places for reports of coverage, and prices: what something costs is a choice, which tests need not repeat.
MARKS = {"cover", "charge"}
BLOCK_ENDS = {"const", "noexcept", "override", "final", "mutable"}
INTEGER = re.compile(r"(0[xXbB])?([0-9a-fA-F']+?)([uUlLzZ]*)$")


class Cpp:
    def __init__(self, source):
        self.source = source
        self.tokens = source.tokens
        self.out = Collector(source)
        self.blocks = self._function_blocks()
        self.out.bodies = [(self.tokens[i].start, self.tokens[self.tokens[i].pair].end) for i in sorted(self.blocks)]
        self.out.blocks = [self._lines_inside(i) for i in self._running_blocks()]

    def mutants(self):
        skip_until = -1
        for i, token in enumerate(self.tokens):
            if i <= skip_until:
                continue
            if token.text == "static_assert" or token.text in MARKS and self._text(i + 1) == "(":
                skip_until = self.tokens[i + 1].pair
            elif token.text == "enum":
                skip_until = self._enum_end(i)
            elif token.text == "if" and self._only_marks(i):
                skip_until = self.tokens[i + 1].pair
            elif token.kind == "punct":
                self._punct(i, token)
            elif token.kind == "number":
                self._number(i, token)
            elif token.kind == "name":
                self._word(i, token)
            if i in self.blocks:
                self._statements(i)
        return self.out.found

    def _text(self, i):
        return self.source.text_at(i)

    def _replace(self, kind, i, new):
        self.out.add(kind, self.tokens[i].start, self.tokens[i].end, new)

    def _enum_end(self, i):
        while self._text(i) not in ("{", ";", ")", ""):
            i += 1
        return self.tokens[i].pair if self._text(i) == "{" else i

    # Tokens ---------------------------------------------------------------------------------------------------------

    def _punct(self, i, token):
        text = token.text
        if token.spaced:
            for new in RELATIONS.get(text, ()):
                self._replace("relation", i, new)
            if text in LOGIC:
                self._replace("logic", i, LOGIC[text])
                self._lost_operands(i, text)
            if text in ARITHMETIC and not self._declares(i):
                self._replace("arithmetic", i, ARITHMETIC[text])
            if text == "|":
                self._lost_flags(i)
            if text == "?":
                self._ternary(i)
        if text in STEPS:
            self._replace("arithmetic", i, STEPS[text])
        before_operand = self._text(i - 1) in ("(", ",", "=", "return", "?", ":", "&&", "||", "&", "|", "==", "!=", "&=", "{")
        operand = self.source.kind_at(i + 1) in ("name", "number") or self._text(i + 1) in ("(", "!", "~")
        if text in ("!", "~", "-") and before_operand and operand:
            self.out.add("sign", token.start, token.end, "", f"`{text}{self._text(i + 1)}` -> `{self._text(i + 1)}`")

    def _declares(self, i):
        """`a * b` and `a & b` may declare b: then they begin a statement or parameter."""
        return self._text(i) in ("*", "&") and self._text(i - 2) in (";", "{", "}", "(", ",", "const") and self._text(i + 2) in (",", ")", "=", ";")

    def _lost_operands(self, i, text):
        start = self.source.operand_start(i - 1, STOPS_LOGIC)
        end = self.source.operand_end(i + 1, STOPS_LOGIC)
        neutral = "true" if text == "&&" else "false"
        for first, last in ((start, i - 1), (i + 1, end)):
            if first <= last:
                self.out.add("condition", self.tokens[first].start, self.tokens[last].end, neutral)

    def _lost_flags(self, i):
        start = self.source.operand_start(i - 1, STOPS_FLAG)
        end = self.source.operand_end(i + 1, STOPS_FLAG)
        if start < i and self._text(start - 1) != "|":
            self.out.add("flag", self.tokens[start].start, self.tokens[i + 1].start, "")
        if end > i:
            self.out.add("flag", self.tokens[i - 1].end, self.tokens[end].end, "")

    def _ternary(self, i):
        depth, colon = 0, i + 1
        while colon < len(self.tokens):
            token = self.tokens[colon]
            if token.text in ("(", "[", "{"):
                colon = token.pair
            elif token.text == "?":
                depth += 1
            elif token.text == ":":
                if depth == 0:
                    break
                depth -= 1
            colon += 1
        end = self.source.operand_end(colon + 1, STOPS_TERNARY)
        if colon >= len(self.tokens) or end <= colon:
            return
        yes, no = self.source.between(i + 1, colon - 1), self.source.between(colon + 1, end)
        if yes != no:
            self.out.add("branch", self.tokens[i + 1].start, self.tokens[end].end, f"{no} : {yes}")

    def _number(self, i, token):
        match = INTEGER.match(token.text)
        if not match or self._text(i - 1) == "[" and self._text(i - 2) == "[":
            return
        prefix, digits, suffix = match.groups()
        try:
            value = int((prefix or "") + digits.replace("'", ""), 0 if prefix else 10)
        except ValueError:
            return
        form = {"0x": hex, "0b": bin}.get((prefix or "").lower(), str)
        self._replace("constant", i, form(value + 1) + suffix)
        if value > 0:
            self._replace("constant", i, form(value - 1) + suffix)

    def _word(self, i, token):
        text = token.text
        if text in WORDS:
            if text in ("true", "false") or self._text(i - 1) == "::" and self._text(i + 1) in ("(", "<"):
                self._replace("constant", i, WORDS[text])
        elif text in ("if", "while") and self._text(i + 1) == "(":
            self._condition(i)
        elif text.endswith("flags") and self._text(i - 1) in (",", "(") and self._text(i + 1) in (",", ")"):
            self._replace("flag", i, "0")

    def _condition(self, i):
        first, last = i + 2, self.tokens[i + 1].pair - 1
        for j in range(first, last):
            if self._text(j) == ";":
                first = j + 1
        if first > last or self._text(i - 1) == "}" and self._text(i) == "while":
            return
        start, end = self.tokens[first].start, self.tokens[last].end
        condition = self.source.text[start:end]
        brief = " ".join(condition.split())
        if condition in ("true", "false"):
            return
        if self._text(i) == "if":
            self.out.add("branch", start, end, f"!({condition})", f"if `{brief}` -> if not")
            self.out.add("branch", start, end, f"({condition}) || true", f"if `{brief}` -> always")
        self.out.add("branch", start, end, f"({condition}) && false", f"{self._text(i)} `{brief}` -> never")

    def _only_marks(self, i):
        """Is the statement at token i a mark, or does it decide about nothing else?"""
        return self._end_of_marks(i) is not None

    def _end_of_marks(self, i):
        """The last token of a statement that only marks, None if it does more."""
        text = self._text(i)
        if text in MARKS and self._text(i + 1) == "(":
            end = self.tokens[i + 1].pair + 1
            return end if self._text(end) == ";" else None
        if text == "{":
            last, j = self.tokens[i].pair, i + 1
            while j is not None and j < last:
                j = self._end_of_marks(j)
                j = j and j + 1
            return last if j == last and last > i + 1 else None
        if text == "if" and self._text(i + 1) == "(":
            end = self._end_of_marks(self.tokens[i + 1].pair + 1)
            return self._end_of_marks(end + 2) if end is not None and self._text(end + 1) == "else" else end
        return None

    # Statements -----------------------------------------------------------------------------------------------------

    def _function_blocks(self):
        """Indices of the braces that open a block of statements."""
        blocks = set()
        inside = []   # of each open brace: does it open a block
        for i, token in enumerate(self.tokens):
            if token.text == "{" and token.kind == "punct":
                inside.append(self._opens_block(i, bool(inside) and inside[-1]))
                if inside[-1]:
                    blocks.add(i)
            elif token.text == "}" and token.kind == "punct":
                inside.pop()
        return blocks

    def _running_blocks(self):
        """Those that a running program enters: what a constant expression calls, the compiler has run. Another label of a switch
        may let those in that stayed out."""
        constant_until = -1
        for i in sorted(self.blocks):
            if i > constant_until:
                j = i - 1
                while j >= 0 and self._text(j) not in (";", "{", "}", "constexpr", "consteval"):
                    j = self.tokens[j].pair - 1 if self._text(j) in (")", "]") else j - 1
                if self._text(j) in ("constexpr", "consteval") and self._text(j - 1) != "if":
                    constant_until = self.tokens[i].pair
                elif self._text(i - 1) != ")" or self._text(self.tokens[i - 1].pair - 1) != "switch":
                    yield i

    def _lines_inside(self, i):
        start, end = self.tokens[i].start, self.tokens[self.tokens[i].pair].end
        first, last = (self.source.line_of(self.tokens[j].start) for j in (i + 1, self.tokens[i].pair - 1))
        return start, end, first, last

    def _opens_block(self, i, in_block):
        before = self._text(i - 1)
        if before in (")", "else", "do", "try", "]") or before in BLOCK_ENDS:
            return True
        if before in (";", "{", "}", ":"):
            return in_block or self._ends_initializers(i)
        j = i - 1   # `-> Type {`
        while j > 0 and self.source.kind_at(j) == "name" or self._text(j) in ("::", "<", ">", "*", "&"):
            j -= 1
        return self._text(j) == "->" and self._text(j - 1) in (")", "const")

    def _ends_initializers(self, i):
        """`Type() : a_{1}, b_{2} {`: the brace before belongs to a list that a colon began."""
        j = i - 1
        while self._text(j) in ("}", ")"):
            j = self.tokens[j].pair - 1     # the member's name
            if self._text(j - 1) == ":":
                return True
            if self._text(j - 1) != ",":
                return False
            j -= 2
        return False

    def _statements(self, brace):
        i, end = brace + 1, self.tokens[brace].pair
        while i < end:
            i = self._statement(i) + 1

    def _statement(self, i):
        """Looks at the statement that begins at token i; its last token's index."""
        text = self._text(i)
        if text == "{":
            return self.tokens[i].pair
        if text in ("else", "do", "try"):
            return self._statement(i + 1)
        if text in ("if", "for", "while", "switch", "catch"):
            while self._text(i) != "(":
                i += 1
            return self._statement(self.tokens[i].pair + 1)
        if text in ("case", "default"):
            while self._text(i) != ":":
                i += 1
            return i
        last = i
        while self._text(last) not in (";", ""):
            if self._text(last) in ("(", "[", "{"):
                last = self.tokens[last].pair
            elif self._text(last) == "}":
                return last
            last += 1
        if self._may_be_lost(i, last):
            change = f"lost `{self.source.between(i, last)}`"
            self.out.add("statement", self.tokens[i].start, self.tokens[last].end, ";", " ".join(change.split()))
        return last

    def _ends_switch(self, i):
        """A `break;` behind which the switch ends anyway, or has a `default: break;` only."""
        nothing = ("default", ":", "break", ";")
        end = i + 2
        if tuple(self._text(end + j) for j in range(len(nothing))) == nothing:
            end += len(nothing)
        if self._text(i) != "break" or self._text(end) != "}":
            return False
        before = self.tokens[end].pair - 1     # ahead of the brace: `switch (...)`
        return self._text(before) == ")" and self._text(self.tokens[before].pair - 1) == "switch"

    def _may_be_lost(self, i, last):
        text = self._text(i)
        if self._ends_switch(i):
            return False
        if text in ("break", "continue") or text == "return" and last == i + 1:
            return True
        if text in KEYWORDS or text in MARKS or text == ";":
            return False
        if text in ("++", "--", "*", "("):
            return True
        while i < last:   # a chain of names, calls and indices, then an assignment or the end
            if self.source.kind_at(i) != "name":
                return False
            i += 1
            while self._text(i) in ("(", "["):
                i = self.tokens[i].pair + 1
            if i == last:
                return self._text(i - 1) in (")", "]")
            if self._text(i) in ("::", ".", "->"):
                i += 1
                continue
            return self._text(i) in ARITHMETIC and self._text(i).endswith("=") or self._text(i) in ("=", "++", "--")
        return False
