// A wallet that Berth finds, for its one method eth_chainId: wallet NAME
package main

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"time"
)

func answer(w http.ResponseWriter, r *http.Request) {
	var request struct {
		ID     json.RawMessage `json:"id"`
		Method string          `json:"method"`
	}
	if r.Method != "POST" || json.NewDecoder(r.Body).Decode(&request) != nil {
		http.Error(w, "JSON-RPC by POST", http.StatusBadRequest)
		return
	}
	reply := map[string]any{"jsonrpc": "2.0", "id": request.ID}
	if request.Method == "eth_chainId" {
		reply["result"] = "0x7a69"
	} else {
		reply["error"] = map[string]any{"code": -32601, "message": "no such method"}
	}
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(reply)
}

func run() error {
	name := os.Getenv("BERTH_NAME")
	if name == "" && len(os.Args) > 1 {
		name = os.Args[1]
	}
	record, err := NewRecord(name) // first: the profile's keys are ours from here on
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp4", "127.0.0.1:"+os.Getenv("BERTH_PORT"))
	if err != nil {
		return err
	}
	server := http.Server{Handler: http.HandlerFunc(answer), ReadTimeout: 10 * time.Second}
	go server.Serve(listener)
	port := listener.Addr().(*net.TCPAddr).Port
	if err := record.Publish(port, "wallet.go", "1"); err != nil {
		return err
	}
	fmt.Println(name, port)
	err = record.KeepUntilStopped()
	server.Close()
	record.Withdraw()
	return err
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "wallet:", err)
		os.Exit(1)
	}
}
