"""Where extensions look for the parts of Flask that do no input or output (chapter 49)"""
