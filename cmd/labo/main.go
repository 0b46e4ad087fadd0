// Command labo is a workbook on TCP sockets and an instrument that shows what
// the operating system holds.
package main

func main() {}
