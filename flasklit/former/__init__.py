"""What Flask once had: one module for each old idea (chapter 42)"""
