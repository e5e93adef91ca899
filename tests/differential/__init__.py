"""The same applications on Flask and on flasklit, asked the same questions.

- ``describe`` draws applications and requests, as plain data;
- ``build`` makes an application of a description, of either package;
- ``acts`` and ``values`` are what its views and hooks do and return;
- ``kinds`` are the classes an application may be told to use;
- ``ask`` talks WSGI to it and writes down all that can be seen;
- ``judge`` knows the differences that are meant, finds the others, and makes the
  description of one as small as it can;
- ``lines`` says which lines of a module ran meanwhile.
"""
